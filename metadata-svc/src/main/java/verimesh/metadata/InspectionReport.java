package verimesh.metadata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import verimesh.metadata.c2pa.Credentials;
import verimesh.metadata.exif.ExifReport;
import verimesh.metadata.read.FileRecord.ReadFinding;
import verimesh.metadata.read.Format;
import verimesh.metadata.sign.LabelClass;
import verimesh.metadata.sign.Signature;

/// Everything that one file says of its making. Texts are cut as the caller asked.
///
/// @param width stored pixels, 0 where the header does not tell
/// @param generator the tool that the first of the signatures names
/// @param signatures every sign of an AI tool, the deciding one first
/// @param label what the data as a whole says of the picture
/// @param summary one to three sentences for people, made of evidence only
/// @param personalData empty unless asked for
/// @param rawTexts carrier to text as read; empty of fields that hold names
/// @param findings damage and limits reached while reading
public record InspectionReport(
    Format format, int width, int height, Optional<Generator> generator, List<Signature> signatures, ExifReport exif,
    Credentials credentials, LabelClass label, String summary, Map<String, String> personalData, Map<String, String> rawTexts,
    List<ReadFinding> findings) {
  public InspectionReport {
    signatures = List.copyOf(signatures);
    findings = List.copyOf(findings);
  }

  /// @param evidence where its name stands, for people
  public record Generator(String name, String version, String model, String evidence) {}

  /// What the caller wants to see.
  /// @param personalData whether GPS, serial numbers and names are given out
  /// @param textCharactersMax prompts and raw texts are cut to this many characters, at least 1
  public record Options(boolean personalData, int textCharactersMax, Language language) {
    /// As the contract reads 0.
    public static final int TEXT_CHARACTERS_DEFAULT = 2_000;

    /// No caller gets more of one text than this.
    public static final int TEXT_CHARACTERS_LIMIT = 100_000;

    public static final Options DEFAULT = new Options(false, TEXT_CHARACTERS_DEFAULT, Language.EN);

    public Options {
      if (textCharactersMax < 1 || textCharactersMax > TEXT_CHARACTERS_LIMIT) throw new IllegalArgumentException("textCharactersMax is " + textCharactersMax);
    }
  }

  /// Of the summary.
  public enum Language {
    EN, KO;

    String pick(String english, String korean) {
      return this == KO ? korean : english;
    }
  }
}
