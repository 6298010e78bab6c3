package verimesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import java.nio.file.Files;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CompatibilityTest {
  @Test
  void theContractsKeepWhatTheSnapshotPromised() throws Exception {
    FileDescriptorSet now = Contracts.withoutComments(Contracts.compiled());
    if (Boolean.getBoolean("verimesh.contracts.update")) {
      Files.write(Contracts.snapshotFile(), now.toByteArray());
      return; // the next run compares
    }
    FileDescriptorSet before = Contracts.snapshot();
    assertThat(Compatibility.breaks(before, now))
        .as("""
            Programs built against the snapshot would break. Undo that, or reserve number and name with the reason.
            (Only before the first release: record a new snapshot with -Dverimesh.contracts.update=true.)""")
        .isEmpty();
    if (!now.equals(before)) {
      System.out.println("the contracts have grown; record it: mvn -pl proto test -Dverimesh.contracts.update=true");
    }
  }

  @Test
  void theSnapshotIsNoEmptyPromise() throws Exception {
    FileDescriptorSet snapshot = Contracts.snapshot();
    assertThat(snapshot.getFileList()).extracting(FileDescriptorProto::getPackage).contains(
        "verimesh.common.v1", "verimesh.embedding.v1", "verimesh.hash.v1",
        "verimesh.metadata.v1", "verimesh.orchestrator.v1", "verimesh.verifier.v1");
    assertThat(snapshot.getFileList()).noneMatch(FileDescriptorProto::hasSourceCodeInfo);
    assertThat(Compatibility.breaks(snapshot, snapshot)).isEmpty();
  }

  /// A small contract with one of everything; each case below changes one thing of it.
  private static FileDescriptorProto.Builder file() {
    var file = FileDescriptorProto.newBuilder().setName("verimesh/x/v1/x.proto");
    file.setPackage("verimesh.x.v1").setSyntax("proto3");
    file.getOptionsBuilder().setJavaPackage("verimesh.x.v1").setJavaMultipleFiles(true);
    var message = file.addMessageTypeBuilder().setName("Item");
    message.addField(field("item_id", "itemId", 1, Type.TYPE_STRING));
    message.addField(field("score", "score", 2, Type.TYPE_DOUBLE).setProto3Optional(true).setOneofIndex(1));
    message.addField(field("text", "text", 3, Type.TYPE_STRING).setOneofIndex(0));
    message.addField(field("kind", "kind", 4, Type.TYPE_ENUM).setTypeName(".verimesh.x.v1.Kind"));
    message.addOneofDeclBuilder().setName("content");
    message.addOneofDeclBuilder().setName("_score");
    message.addReservedRange(ReservedRange.newBuilder().setStart(9).setEnd(11)).addReservedName("gone");
    message.addNestedTypeBuilder().setName("Inner").addField(field("n", "n", 1, Type.TYPE_UINT32));
    var kind = file.addEnumTypeBuilder().setName("Kind");
    kind.addValueBuilder().setName("KIND_UNSPECIFIED").setNumber(0);
    kind.addValueBuilder().setName("KIND_A").setNumber(1);
    var service = file.addServiceBuilder().setName("Items");
    service.addMethodBuilder().setName("Get").setInputType(".verimesh.x.v1.Item").setOutputType(".verimesh.x.v1.Item");
    return file;
  }

  private static FieldDescriptorProto.Builder field(String name, String jsonName, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name).setJsonName(jsonName).setNumber(number).setType(type).setLabel(Label.LABEL_OPTIONAL);
  }

  private static Arguments change(String what, Consumer<FileDescriptorProto.Builder> change) {
    return Arguments.of(what, change);
  }

  private static DescriptorProto.Builder item(FileDescriptorProto.Builder file) {
    return file.getMessageTypeBuilder(0);
  }

  private static MethodDescriptorProto.Builder get(FileDescriptorProto.Builder file) {
    return file.getServiceBuilder(0).getMethodBuilder(0);
  }

  static Stream<Arguments> breakingChanges() {
    return Stream.of(
        change("Item.item_id = 1: its name was item_id and is id", f -> item(f).getFieldBuilder(0).setName("id")),
        change("Item.item_id = 1: its JSON name was itemId", f -> item(f).getFieldBuilder(0).setJsonName("id")),
        change("Item.item_id = 1: its type was TYPE_STRING and is TYPE_BYTES", f -> item(f).getFieldBuilder(0).setType(Type.TYPE_BYTES)),
        change("Item.kind = 4: its type name was .verimesh.x.v1.Kind", f -> item(f).getFieldBuilder(3).setTypeName(".verimesh.x.v1.Other")),
        change("Item.item_id = 1: its label was LABEL_OPTIONAL", f -> item(f).getFieldBuilder(0).setLabel(Label.LABEL_REPEATED)),
        change("Item.score = 2: its presence was true", f -> item(f).getFieldBuilder(1).clearProto3Optional().clearOneofIndex()),
        change("Item.text = 3: its oneof was content", f -> item(f).getFieldBuilder(2).clearOneofIndex()),
        change("Item.item_id = 1: its oneof was  and is content", f -> item(f).getFieldBuilder(0).setOneofIndex(0)),
        change("Item.item_id = 1 is gone and its number is not reserved", f -> item(f).removeField(0)),
        change("Item.item_id = 1 is gone and its number is not reserved", f -> item(f).getFieldBuilder(0).setNumber(7)),
        change("Item.item_id = 1 is gone and its name is not reserved",
            f -> item(f).removeField(0).addReservedRange(ReservedRange.newBuilder().setStart(1).setEnd(2))),
        change("does not reserve 10 any more", f -> item(f).getReservedRangeBuilder(0).setEnd(10)),
        change("does not reserve \"gone\" any more", f -> item(f).clearReservedName()),
        change("message verimesh.x.v1.Item is gone", f -> item(f).setName("Thing")),
        change("message verimesh.x.v1.Item.Inner is gone", f -> item(f).removeNestedType(0)),
        change("Item.Inner.n = 1: its type", f -> item(f).getNestedTypeBuilder(0).getFieldBuilder(0).setType(Type.TYPE_INT32)),
        change("enum value verimesh.x.v1.Kind.KIND_A is gone", f -> f.getEnumTypeBuilder(0).getValueBuilder(1).setName("KIND_B")),
        change("enum value verimesh.x.v1.Kind.KIND_A: its number was 1 and is 2", f -> f.getEnumTypeBuilder(0).getValueBuilder(1).setNumber(2)),
        change("enum verimesh.x.v1.Kind is gone", f -> f.removeEnumType(0)),
        change("rpc verimesh.x.v1.Items/Get is gone", f -> f.getServiceBuilder(0).removeMethod(0)),
        change("rpc verimesh.x.v1.Items/Get: its request was", f -> get(f).setInputType(".verimesh.x.v1.Other")),
        change("rpc verimesh.x.v1.Items/Get: its response was", f -> get(f).setOutputType(".verimesh.x.v1.Other")),
        change("rpc verimesh.x.v1.Items/Get: its request stream was false", f -> get(f).setClientStreaming(true)),
        change("rpc verimesh.x.v1.Items/Get: its response stream was false", f -> get(f).setServerStreaming(true)),
        change("service verimesh.x.v1.Items is gone", f -> f.removeService(0)),
        change("its package was", f -> f.setPackage("verimesh.x.v2")),
        change("its java_package was", f -> f.getOptionsBuilder().setJavaPackage("elsewhere")),
        change("file verimesh/x/v1/x.proto is gone", f -> f.setName("verimesh/x/v1/y.proto")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breakingChanges")
  void aBreakIsSeenAndNamed(String expected, Consumer<FileDescriptorProto.Builder> change) {
    var changed = file();
    change.accept(changed);
    assertThat(Compatibility.breaks(set(file()), set(changed))).anySatisfy(told -> assertThat(told).contains(expected));
  }

  static Stream<Arguments> additions() {
    return Stream.of(
        change("a field", f -> item(f).addFieldBuilder().setName("new").setNumber(20).setType(Type.TYPE_BOOL)),
        change("a message", f -> f.addMessageTypeBuilder().setName("New")),
        change("an enum value", f -> f.getEnumTypeBuilder(0).addValue(EnumValueDescriptorProto.newBuilder().setName("KIND_B").setNumber(2))),
        change("an rpc", f -> f.getServiceBuilder(0).addMethodBuilder().setName("List")),
        change("a service", f -> f.addServiceBuilder().setName("Others")),
        change("an import", f -> f.addDependency("verimesh/common/v1/common.proto")),
        change("another order of fields", f -> {
          FieldDescriptorProto first = item(f).getField(0);
          item(f).removeField(0).addField(first);
        }),
        change("a field that leaves number and name reserved",
            f -> item(f).removeField(0).addReservedRange(ReservedRange.newBuilder().setStart(1).setEnd(2)).addReservedName("item_id")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("additions")
  void anAdditionIsFine(String what, Consumer<FileDescriptorProto.Builder> change) {
    var changed = file();
    change.accept(changed);
    assertThat(Compatibility.breaks(set(file()), set(changed))).isEmpty();
  }

  @Test
  void everyFieldOfTheRealContractsIsWatched() throws Exception {
    // Each field in turn is taken away: the check must name exactly that one.
    FileDescriptorSet real = Contracts.withoutComments(Contracts.compiled());
    int fields = 0;
    for (int f = 0; f < real.getFileCount(); f++) {
      for (int m = 0; m < real.getFile(f).getMessageTypeCount(); m++) {
        DescriptorProto message = real.getFile(f).getMessageType(m);
        for (int i = 0; i < message.getFieldCount(); i++) {
          var doctored = real.toBuilder();
          doctored.getFileBuilder(f).getMessageTypeBuilder(m).removeField(i);
          assertThat(Compatibility.breaks(real, doctored.build())).hasSize(1).first().asString()
              .contains(message.getName() + "." + message.getField(i).getName() + " = ").contains("is gone");
          fields++;
        }
      }
    }
    assertThat(fields).isGreaterThan(200);
  }

  private static FileDescriptorSet set(FileDescriptorProto.Builder file) {
    return FileDescriptorSet.newBuilder().addFile(file).build();
  }
}
