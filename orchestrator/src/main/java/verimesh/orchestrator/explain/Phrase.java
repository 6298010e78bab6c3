package verimesh.orchestrator.explain;

/// Every text that people read, in both languages side by side, so that a translator sees what is missing. `{0}`, `{1}`, ...
/// are filled in. Korean avoids particles behind what is filled in, since their form depends on its last sound.
///
/// Labels of Content Credentials are worded as C2PA's user experience guidance has them (METADATA-C2PA.md §11.1).
enum Phrase {
  // What a file says of itself

  CARRIED("{0}: {1}", "{0}: {1}"),
  MODEL("{0}, model {1}", "{0}, 모델 {1}"),
  FULLY_GENERATED("This image was completely AI-generated.", "이 이미지는 전체가 AI로 생성되었습니다."),
  AI_EDITED(
      "This image contains AI-generated content, but was not completely AI-generated.",
      "이 이미지에는 AI로 생성된 내용이 들어 있지만, 전체가 AI로 생성된 것은 아닙니다."),
  CAPTURED(
      "This image was captured from a real-life source using a digital camera or digital recording device.",
      "이 이미지는 디지털 카메라나 디지털 기록 장치로 실제 대상을 촬영한 것입니다."),
  SUSPECTED("A platform suspects this image to be AI-generated.", "플랫폼이 이 이미지를 AI 생성물로 의심하고 있습니다."),
  TOOL_USED("An AI tool was used.", "AI 도구가 사용되었습니다."),
  NO_AI_DECLARED("The image's history names no AI tool.", "이미지의 이력에 AI 도구가 나오지 않습니다."),
  CREDENTIALS_TRUSTED(
      "Content Credentials by {0}, signature trusted: {1}", "콘텐츠 자격 증명({0}, 신뢰된 서명): {1}"),
  CREDENTIALS_UNVERIFIED(
      "Content Credentials by {0}, signer unverified: {1}", "콘텐츠 자격 증명({0}, 확인되지 않은 서명자): {1}"),
  CREDENTIALS_UNVALIDATED(
      "Content Credentials by {0}, signature not checked: {1}", "콘텐츠 자격 증명({0}, 서명 미검증): {1}"),
  SCREEN_CAVEAT("{0} A camera can also photograph a screen.", "{0} 다만 카메라로 화면을 촬영했을 수도 있습니다."),
  SIGNATURE_VERIFIES("{0}: signature of {1}, and it verifies", "{0}: {1} 서명, 검증됨"),
  CREDENTIALS_BROKEN(
      "The file's Content Credentials do not hold: it was changed after they were signed, or they were never sound. What they claim is void.",
      "파일의 콘텐츠 자격 증명이 유효하지 않습니다. 서명 후 파일이 변경되었거나 처음부터 올바르지 않았으므로, 그 주장은 효력이 없습니다."),
  CREDENTIALS_REMOTE(
      "The file refers to Content Credentials elsewhere; they were not fetched.",
      "파일이 외부의 콘텐츠 자격 증명을 가리키지만 가져오지 않았습니다."),
  CAMERA_EXIF("The EXIF data fits a camera: {0}; published score {1}.", "EXIF 데이터가 카메라와 부합합니다: {0}, 공개 점수 {1}."),
  CAMERA_EXIF_NAMELESS("The EXIF data holds values that cameras write; published score {0}.", "EXIF 데이터에 카메라가 기록하는 값이 있습니다. 공개 점수 {0}."),
  NO_CAMERA_EXIF(
      "The file holds no EXIF data of a camera. Networks and editors remove it, so this alone decides nothing.",
      "파일에 카메라의 EXIF 데이터가 없습니다. SNS나 편집기가 지우기도 하므로 이것만으로는 아무것도 판정하지 않습니다."),
  EDITED_WITH("Editing software named in the file: {0}.", "파일에 적힌 편집 소프트웨어: {0}."),
  REENCODED("The file was encoded again after it was made.", "파일이 만들어진 뒤 다시 인코딩되었습니다."),

  // What banks hold

  SAME_BYTES_AI("Exactly this file is in bank {0} of known AI images.", "이 파일과 바이트까지 같은 항목이 알려진 AI 이미지 뱅크 {0}에 있습니다."),
  SAME_BYTES_REAL("Exactly this file is in bank {0} of known real images.", "이 파일과 바이트까지 같은 항목이 알려진 실제 이미지 뱅크 {0}에 있습니다."),
  NEAR_DUPLICATE_AI(
      "Nearly the same as a known AI image in bank {0}: {1} of 256 PDQ bits differ.",
      "알려진 AI 이미지 뱅크 {0}의 항목과 거의 같습니다: PDQ 256비트 중 {1}비트가 다릅니다."),
  NEAR_DUPLICATE_AI_EDIT(
      "Nearly the same as an AI edit in bank {0}: {1} of 256 PDQ bits differ. The unedited original would match as well.",
      "뱅크 {0}의 AI 편집본과 거의 같습니다: PDQ 256비트 중 {1}비트가 다릅니다. 편집 전 원본도 똑같이 일치할 수 있습니다."),
  NEAR_DUPLICATE_REAL(
      "Nearly the same as a known real image in bank {0}: {1} of 256 PDQ bits differ.",
      "알려진 실제 이미지 뱅크 {0}의 항목과 거의 같습니다: PDQ 256비트 중 {1}비트가 다릅니다."),
  TURNED("It is turned.", "이 이미지는 회전되어 있습니다."),
  MIRRORED("It is mirrored.", "이 이미지는 뒤집혀 있습니다."),
  SIMILAR_AI("Similar to a known AI image in bank {0}: cosine {1}.", "알려진 AI 이미지 뱅크 {0}의 항목과 비슷합니다: 코사인 {1}."),
  SIMILAR_REAL("Similar to a known real image in bank {0}: cosine {1}.", "알려진 실제 이미지 뱅크 {0}의 항목과 비슷합니다: 코사인 {1}."),
  NOTHING_SIMILAR("Nothing similar among {0} known AI images.", "알려진 AI 이미지 {0}개 가운데 비슷한 것이 없습니다."),

  // What models see

  DETECTOR("The detector gives {0} % probability of AI.", "검출기가 본 AI 확률은 {0} %입니다."),
  DETECTOR_ATTRIBUTES("The detector gives {0} % probability of AI and attributes it to {1}.", "검출기가 본 AI 확률은 {0} %이며, {1} 계열로 추정합니다."),
  DETECTOR_UNSTEADY(
      "The detector's answer does not hold when the image is resized or compressed again.",
      "이미지 크기를 바꾸거나 다시 압축하면 검출기의 답이 달라집니다."),
  LMM_FAKE("A large multimodal model says fake, confidence {0} %.", "대규모 멀티모달 모델이 가짜라고 답했습니다(확신 {0} %)."),
  LMM_REAL("A large multimodal model says real, confidence {0} %.", "대규모 멀티모달 모델이 진짜라고 답했습니다(확신 {0} %)."),
  CLIP_FAKE(
      "CLIP alone, without a multimodal model, leans to fake, confidence {0} %. Weak evidence.",
      "멀티모달 모델 없이 CLIP만으로는 가짜 쪽으로 기웁니다(확신 {0} %). 약한 근거입니다."),
  CLIP_REAL(
      "CLIP alone, without a multimodal model, leans to real, confidence {0} %. Weak evidence.",
      "멀티모달 모델 없이 CLIP만으로는 진짜 쪽으로 기웁니다(확신 {0} %). 약한 근거입니다."),
  CLUE_FOUND("The model finds this clue: {0} {1}", "모델이 찾은 단서: {0} {1}"),
  LMM_SECOND_FAKE(
      "Asked again with a checklist of clues, the model says fake, confidence {0} %.",
      "단서 목록으로 다시 물었을 때 모델이 가짜라고 답했습니다(확신 {0} %)."),
  LMM_SECOND_REAL(
      "Asked again with a checklist of clues, the model says real, confidence {0} %.",
      "단서 목록으로 다시 물었을 때 모델이 진짜라고 답했습니다(확신 {0} %)."),

  // Summaries: what decided

  SUM_GENERATOR_RECORD("The file carries {0}'s own record of how it was generated.", "파일에 {0} 도구가 직접 남긴 생성 기록이 있습니다."),
  SUM_STEALTH_RECORD("The pixels hide {0}'s own record of how the image was generated.", "픽셀 속에 {0} 도구가 직접 남긴 생성 기록이 숨어 있습니다."),
  SUM_GENERATOR_SIGNATURE("The file carries {0}'s cryptographic signature, and it verifies.", "파일에 {0} 도구의 암호 서명이 있으며 검증되었습니다."),
  SUM_CREDENTIALS_TRUSTED("Content Credentials signed by {0} say: {1}", "{0} 서명의 콘텐츠 자격 증명에 따르면: {1}"),
  SUM_CREDENTIALS_UNVERIFIED(
      "Content Credentials by the unverified signer {0} say: {1}", "확인되지 않은 서명자 {0}의 콘텐츠 자격 증명에 따르면: {1}"),
  SUM_DECLARED("The file's own label ({0}) says: {1}", "파일 자체의 표시({0})에 따르면: {1}"),
  SUM_CONFLICT("Decisive evidence speaks for both sides: {0} But: {1}", "결정적 증거가 양쪽에 모두 있습니다: {0} 그러나: {1}"),
  SUM_AI("Weighed together, the evidence points to AI. Strongest: {0}", "증거를 종합하면 AI 쪽을 가리킵니다. 가장 강한 증거: {0}"),
  SUM_REAL(
      "Weighed together, the evidence points to a real image, which is likely and not proven. Strongest: {0}",
      "증거를 종합하면 실제 이미지일 가능성이 높지만 입증된 것은 아닙니다. 가장 강한 증거: {0}"),
  SUM_MIXED("The evidence points both ways and settles nothing.", "증거가 엇갈려 판정할 수 없습니다."),
  SUM_LOW_COVERAGE("Only {0} answered, and one witness alone is no verdict.", "{0}만 답했으며, 증인 하나만으로는 판정하지 않습니다."),
  SUM_ABSENCE("Only missing or odd data speaks here, and absence alone decides nothing.", "없거나 이상한 데이터만 있으며, 없다는 것만으로는 판정하지 않습니다."),
  SUM_OUTAGE("{0} did not answer, which could have changed the verdict, so it stays open.", "{0}에서 답이 없었고 그 답이 판정을 바꿀 수 있었으므로 판정을 보류합니다."),
  SUM_NO_EVIDENCE("No layer had anything to say about this image.", "이 이미지에 대해 답한 계층이 없습니다."),
  SUM_STRONGEST("What was found: {0}", "확인된 것: {0}"),
  SUM_MISSING("{0} did not answer and might have overridden this.", "{0}에서 답이 없었으며, 그 답이 이 판정을 뒤집을 수도 있었습니다."),

  // Names

  LAYER_HASH("the index of known images", "알려진 이미지 색인"),
  LAYER_METADATA("the reading of the file's metadata", "파일 메타데이터 판독"),
  LAYER_CONTENT("the look at the pixels", "픽셀 검사"),
  AND(" and ", ", "),
  UNKNOWN_TOOL("an AI tool", "AI 도구"),
  UNKNOWN_SIGNER("an unnamed signer", "이름 없는 서명자");

  private final String english;
  private final String korean;

  Phrase(String english, String korean) {
    this.english = english;
    this.korean = korean;
  }

  String in(Tongue tongue, Object... parts) {
    String text =
        switch (tongue) {
          case ENGLISH -> english;
          case KOREAN -> korean;
        };
    if (parts.length == 0) return text;
    var filled = new StringBuilder(text.length() + 64);
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '{' && at + 2 < text.length() && text.charAt(at + 2) == '}') {
        filled.append(parts[text.charAt(at + 1) - '0']);
        at += 2;
      } else {
        filled.append(c);
      }
    }
    return filled.toString();
  }
}
