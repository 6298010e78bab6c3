package verimesh.cli.analyze;

import com.google.protobuf.ProtocolMessageEnum;
import java.util.Locale;

/// The contract's enum values as people, CSV and metrics read them: `VERDICT_AI_GENERATED` is `ai_generated`
/// (DESIGN.md §10).
public final class Words {
  private Words() {}

  public static String of(ProtocolMessageEnum value) {
    String name = ((Enum<?>) value).name();
    String type = value.getDescriptorForType().getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
    return (name.startsWith(type) ? name.substring(type.length()) : name).toLowerCase(Locale.ROOT);
  }
}
