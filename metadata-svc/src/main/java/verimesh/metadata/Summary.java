package verimesh.metadata;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import verimesh.metadata.InspectionReport.Language;
import verimesh.metadata.c2pa.Credentials;
import verimesh.metadata.c2pa.Story;
import verimesh.metadata.exif.ExifReport;
import verimesh.metadata.sign.LabelClass;
import verimesh.metadata.sign.Signature;

/// One to three sentences for people, each made of one piece of evidence. Says what the file says, never what is true of
/// the picture, and never "made by a human".
final class Summary {
  private static final int SENTENCES_MAX = 3;

  private Summary() {}

  static String of(List<Signature> signatures, ExifReport exif, Credentials credentials, Language language) {
    List<String> sentences = new ArrayList<>();
    if (!signatures.isEmpty()) sentences.add(sign(signatures.getFirst(), language));
    others(signatures, language, sentences);
    camera(exif, language, sentences);
    if (signatures.isEmpty()) credentials(credentials, language, sentences);
    editing(exif, language, sentences);
    if (sentences.isEmpty()) {
      sentences.add(language.pick("The file says nothing of its making.", "이 파일에는 제작 과정에 관한 정보가 없습니다."));
    }
    return String.join(" ", sentences.subList(0, Math.min(SENTENCES_MAX, sentences.size())));
  }

  private static String sign(Signature sign, Language language) {
    String tool = sign.tool();
    String place = sign.place().sentence();
    return switch (sign.kind()) {
      case GENERATOR_SIGNATURE -> language.pick(
          "A signature of " + tool + " over these very pixels verifies: it generated the picture.",
          "이 픽셀에 대한 " + tool + "의 서명이 검증되었습니다. 해당 도구가 생성한 이미지입니다.");
      case GENERATOR_RECORD, STEALTH_RECORD -> sign.weight().label() == LabelClass.AI_EDITED
          ? language.pick("The file carries a record of processing by " + tool + " (" + place + ").", tool + "의 처리 기록이 들어 있습니다(" + place + ").")
          : language.pick("The file carries " + tool + "'s own record of the generation (" + place + ").", tool + "의 생성 기록이 들어 있습니다(" + place + ").");
      case C2PA_CLAIM -> sign.weight().label() == LabelClass.AI_EDITED
          ? language.pick("Its Content Credentials, not validated, say that AI took part in an edit or component: " + tool + ".",
              "검증되지 않은 콘텐츠 자격 증명에 따르면 편집 또는 일부 요소에 AI가 사용되었습니다: " + tool + ".")
          : language.pick("Its Content Credentials, not validated, say that it was AI-generated: " + tool + ".",
              "검증되지 않은 콘텐츠 자격 증명에 따르면 AI로 생성되었습니다: " + tool + ".");
      case IPTC_SOURCE_TYPE -> sign.weight().label() == LabelClass.AI_EDITED
          ? language.pick("An unsigned IPTC label says that AI took part in the picture: " + tool + ".", "서명되지 않은 IPTC 라벨에 따르면 이미지 일부에 AI가 사용되었습니다: " + tool + ".")
          : language.pick("An unsigned IPTC label says that the picture is AI-generated.", "서명되지 않은 IPTC 라벨에 따르면 AI로 생성된 이미지입니다.");
      case IPTC_AI_PROPERTY -> language.pick("The file names an AI system as used: " + tool + ".", "사용된 AI 시스템이 파일에 적혀 있습니다: " + tool + ".");
      case CREDIT_LINE -> language.pick("Its credit line is one that " + tool + " writes.", "크레디트 표기가 " + tool + "에서 쓰는 문구입니다.");
      case TC260_LABEL -> switch (sign.weight().label()) {
        case SUSPECTED -> language.pick("A TC260 label says that a platform suspects AI generation.", "TC260 라벨에 따르면 플랫폼이 AI 생성을 의심합니다.");
        default -> language.pick("A TC260 label declares AI generation: " + tool + ".", "TC260 라벨이 AI 생성을 표시합니다: " + tool + ".");
      };
      case VENDOR_MARK -> switch (sign.weight().label()) {
        case AI_EDITED -> language.pick("A mark of " + tool + " says that its AI took part in an edit.", tool + "의 표식에 따르면 편집에 AI가 사용되었습니다.");
        case NONE -> language.pick("A mark names " + tool + ", which does not say that it generated this picture.", tool + "의 표식이 있으나, 이 이미지를 생성했다는 뜻은 아닙니다.");
        default -> language.pick("The file carries a mark of " + tool + " (" + place + ").", tool + "의 표식이 있습니다(" + place + ").");
      };
    };
  }

  /// Other tools that other signs name: two vendors are both told.
  private static void others(List<Signature> signatures, Language language, List<String> sentences) {
    Set<String> others = new LinkedHashSet<>();
    for (Signature signature : signatures) if (signature.namesATool() && !signature.tool().equals(signatures.getFirst().tool())) others.add(signature.tool());
    if (others.isEmpty()) return;
    String names = String.join(", ", others);
    sentences.add(language.pick("Other signs name " + names + ".", "다른 표식은 다음을 가리킵니다: " + names + "."));
  }

  private static void camera(ExifReport exif, Language language, List<String> sentences) {
    String device = exif.captureDevice();
    switch (exif.consistency().answer()) {
      case CAMERA_CONSISTENT -> sentences.add(language.pick(
          "EXIF names the device " + device + ", and its values fit together.", "EXIF에 " + device + " 기기가 적혀 있고 값들이 서로 맞습니다."));
      case CONTRADICTORY -> {
        String first = exif.consistency().reasons().isEmpty() ? "" : exif.consistency().reasons().getFirst().text();
        if (!device.isEmpty()) sentences.add(language.pick("EXIF names the device " + device + ", but contradicts itself: " + first, "EXIF에 " + device + " 기기가 적혀 있으나 서로 모순됩니다: " + first));
      }
      case STRIPPED -> {
        if (!device.isEmpty()) sentences.add(language.pick("EXIF names the device " + device + " and little else.", "EXIF에 " + device + " 기기 외에는 정보가 거의 없습니다."));
      }
    }
  }

  private static void credentials(Credentials credentials, Language language, List<String> sentences) {
    switch (credentials.state()) {
      case NONE -> { }
      case REMOTE -> sentences.add(language.pick("Its Content Credentials lie elsewhere and were not fetched.", "콘텐츠 자격 증명이 외부에 있으며 가져오지 않았습니다."));
      case INVALID -> sentences.add(language.pick("Its Content Credentials cannot be read.", "콘텐츠 자격 증명을 읽을 수 없습니다."));
      case UNVALIDATED -> sentences.add(credentials.story().making() == Story.Making.CAPTURED
          ? language.pick("Its Content Credentials, not validated, speak of a camera's capture.", "검증되지 않은 콘텐츠 자격 증명에 따르면 카메라로 촬영되었습니다.")
          : language.pick("Its Content Credentials, not validated, name no AI.", "검증되지 않은 콘텐츠 자격 증명에는 AI가 언급되지 않습니다."));
    }
  }

  private static void editing(ExifReport exif, Language language, List<String> sentences) {
    if (!exif.editing().software().isEmpty()) {
      String program = Cut.name(exif.editing().software().getFirst());
      sentences.add(language.pick("It was saved by " + program + ".", program + "(으)로 저장되었습니다."));
    } else if (!exif.editing().passedThrough().isEmpty()) {
      sentences.add(language.pick("It passed through " + exif.editing().passedThrough() + ".", exif.editing().passedThrough() + "을(를) 거쳤습니다."));
    }
  }
}
