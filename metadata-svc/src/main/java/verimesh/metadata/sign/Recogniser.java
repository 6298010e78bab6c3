package verimesh.metadata.sign;

import java.util.List;

/// Knows the records or marks of one family of tools. Stateless, thread-safe, never throws for what a file says.
public sealed interface Recogniser
    permits NovelAi, InvokeAi, TensorArt, StabilityMatrix, Fooocus, SwarmUi, EasyDiffusion, DrawThings, Mflux, SmallTools, Civitai, Xai,
        Midjourney, ComfyUi, A1111, Tc260, ByteDanceApps, CreditLines, IptcAiProperties, ProgramNames, SamsungEdits, SourceTypeLabel {
  /// @return every sign of this family, the most telling first; empty without any
  List<Signature> find(Words words);
}
