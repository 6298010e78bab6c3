package verimesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import org.junit.jupiter.api.Test;

class WordingTest {
  @Test
  void theContractsSayWhatTheirNumbersAndErrorsMean() throws Exception {
    assertThat(Wording.faults(Contracts.compiled())).isEmpty();
  }

  @Test
  void commentsAreThereToBeRead() throws Exception { // else the test above would find every comment missing, or none needed
    assertThat(Contracts.compiled().getFileList()).allMatch(file -> file.getSourceCodeInfo().getLocationList().stream().anyMatch(Location::hasLeadingComments));
  }

  @Test
  void aContractThatSaysNothingIsFoundOutPointByPoint() {
    var file = FileDescriptorProto.newBuilder().setName("x.proto").setPackage("x");
    file.addServiceBuilder().setName("S").addMethodBuilder().setName("Silent");
    file.getServiceBuilder(0).addMethodBuilder().setName("Vague");
    comment(file, "Does something.", 6, 0, 2, 1);
    var message = file.addMessageTypeBuilder().setName("M");
    message.addFieldBuilder().setName("bare").setType(FieldDescriptorProto.Type.TYPE_DOUBLE);
    message.addFieldBuilder().setName("told").setType(FieldDescriptorProto.Type.TYPE_UINT32);
    comment(file, "Pixels, 1 to 4096.", 4, 0, 2, 1);
    message.addFieldBuilder().setName("text").setType(FieldDescriptorProto.Type.TYPE_STRING);
    message.addNestedTypeBuilder().setName("In").addFieldBuilder().setName("deep").setType(FieldDescriptorProto.Type.TYPE_FLOAT);
    var mode = file.addEnumTypeBuilder().setName("PdqMode");
    mode.addValueBuilder().setName("PDQ_MODE_OFF").setNumber(0);
    mode.addValueBuilder().setName("ON").setNumber(1);
    assertThat(Wording.faults(FileDescriptorSet.newBuilder().addFile(file).build())).containsExactly(
        "rpc x.S/Silent has no comment",
        "rpc x.S/Vague names no errors, and neither does its service",
        "field x.M.bare is a number without unit and range",
        "field x.M.In.deep is a number without unit and range",
        "enum PdqMode begins with PDQ_MODE_OFF, not with PDQ_MODE_UNSPECIFIED = 0",
        "enum value PdqMode.ON does not carry the prefix PDQ_MODE_");
  }

  @Test
  void errorsOfAWholeServiceNeedNotBeRepeated() {
    var file = FileDescriptorProto.newBuilder().setName("x.proto").setPackage("x");
    file.addServiceBuilder().setName("S").addMethodBuilder().setName("Get");
    comment(file, "Common errors: NOT_FOUND.", 6, 0);
    comment(file, "Gets it.", 6, 0, 2, 0);
    assertThat(Wording.faults(FileDescriptorSet.newBuilder().addFile(file).build())).isEmpty();
  }

  private static void comment(FileDescriptorProto.Builder file, String text, Integer... path) {
    file.getSourceCodeInfoBuilder().addLocationBuilder().addAllPath(java.util.List.of(path)).setLeadingComments(text);
  }
}
