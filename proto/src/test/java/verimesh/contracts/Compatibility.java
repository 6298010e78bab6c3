package verimesh.contracts;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What may not change within `v1`: anything that a program built against `before` sees, on the wire, in JSON or in
/// generated code. Additions are fine.
final class Compatibility {
  private final List<String> breaks = new ArrayList<>();

  private Compatibility() {}

  /// A sentence for each broken promise; empty where every old program still works.
  static List<String> breaks(FileDescriptorSet before, FileDescriptorSet after) {
    var check = new Compatibility();
    Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
    after.getFileList().forEach(file -> files.put(file.getName(), file));
    for (FileDescriptorProto file : before.getFileList()) {
      FileDescriptorProto now = files.get(file.getName());
      if (now == null) check.breaks.add("file " + file.getName() + " is gone");
      else check.file(file, now);
    }
    return check.breaks;
  }

  private void file(FileDescriptorProto before, FileDescriptorProto after) {
    String where = "file " + before.getName();
    same(where, "package", before.getPackage(), after.getPackage());
    same(where, "syntax", before.getSyntax(), after.getSyntax());
    same(where, "java_package", before.getOptions().getJavaPackage(), after.getOptions().getJavaPackage());
    boolean manyFiles = before.getOptions().getJavaMultipleFiles();
    same(where, "java_multiple_files", manyFiles, after.getOptions().getJavaMultipleFiles());
    messages(before.getPackage(), before.getMessageTypeList(), after.getMessageTypeList());
    enums(before.getPackage(), before.getEnumTypeList(), after.getEnumTypeList());
    services(before.getPackage(), before.getServiceList(), after.getServiceList());
  }

  private void messages(String scope, List<DescriptorProto> before, List<DescriptorProto> after) {
    for (DescriptorProto message : before) {
      String name = scope + "." + message.getName();
      DescriptorProto now = first(after, m -> m.getName().equals(message.getName()));
      if (now == null) breaks.add("message " + name + " is gone");
      else message(name, message, now);
    }
  }

  private void message(String name, DescriptorProto before, DescriptorProto after) {
    for (FieldDescriptorProto field : before.getFieldList()) {
      FieldDescriptorProto now = first(after.getFieldList(), f -> f.getNumber() == field.getNumber());
      String where = "field " + name + "." + field.getName() + " = " + field.getNumber();
      if (now != null) field(where, before, field, after, now);
      else if (!reserves(after, field.getNumber())) breaks.add(where + " is gone and its number is not reserved");
      else if (!after.getReservedNameList().contains(field.getName())) breaks.add(where + " is gone and its name is not reserved");
    }
    for (ReservedRange range : before.getReservedRangeList()) {
      for (int number = range.getStart(); number < range.getEnd(); number++) {
        if (!reserves(after, number)) breaks.add("message " + name + " does not reserve " + number + " any more");
      }
    }
    for (String reserved : before.getReservedNameList()) {
      if (after.getReservedNameList().contains(reserved)) continue;
      breaks.add("message " + name + " does not reserve \"" + reserved + "\" any more");
    }
    same("message " + name, "map entry", before.getOptions().getMapEntry(), after.getOptions().getMapEntry());
    messages(name, before.getNestedTypeList(), after.getNestedTypeList());
    enums(name, before.getEnumTypeList(), after.getEnumTypeList());
  }

  private void field(
      String where,
      DescriptorProto messageBefore,
      FieldDescriptorProto before,
      DescriptorProto messageAfter,
      FieldDescriptorProto after) {
    same(where, "name", before.getName(), after.getName());
    same(where, "JSON name", before.getJsonName(), after.getJsonName());
    same(where, "type", before.getType(), after.getType());
    same(where, "type name", before.getTypeName(), after.getTypeName());
    same(where, "label", before.getLabel(), after.getLabel());
    same(where, "presence", before.getProto3Optional(), after.getProto3Optional());
    same(where, "oneof", oneof(messageBefore, before), oneof(messageAfter, after));
    same(where, "packing", unpacked(before), unpacked(after));
  }

  private static boolean unpacked(FieldDescriptorProto field) { // proto3 packs numbers unless told not to
    return field.getOptions().hasPacked() && !field.getOptions().getPacked();
  }

  private static String oneof(DescriptorProto message, FieldDescriptorProto field) {
    if (!field.hasOneofIndex() || field.getProto3Optional()) return "";
    return message.getOneofDecl(field.getOneofIndex()).getName();
  }

  private static boolean reserves(DescriptorProto message, int number) {
    return message.getReservedRangeList().stream()
        .anyMatch(range -> range.getStart() <= number && number < range.getEnd());
  }

  private void enums(String scope, List<EnumDescriptorProto> before, List<EnumDescriptorProto> after) {
    for (EnumDescriptorProto type : before) {
      String name = scope + "." + type.getName();
      EnumDescriptorProto now = first(after, e -> e.getName().equals(type.getName()));
      if (now == null) {
        breaks.add("enum " + name + " is gone");
        continue;
      }
      for (EnumValueDescriptorProto value : type.getValueList()) {
        String where = "enum value " + name + "." + value.getName();
        EnumValueDescriptorProto same = first(now.getValueList(), v -> v.getName().equals(value.getName()));
        if (same == null) breaks.add(where + " is gone");
        else same(where, "number", value.getNumber(), same.getNumber());
      }
    }
  }

  private void services(String scope, List<ServiceDescriptorProto> before, List<ServiceDescriptorProto> after) {
    for (ServiceDescriptorProto service : before) {
      String name = scope + "." + service.getName();
      ServiceDescriptorProto now = first(after, s -> s.getName().equals(service.getName()));
      if (now == null) {
        breaks.add("service " + name + " is gone");
        continue;
      }
      for (MethodDescriptorProto method : service.getMethodList()) {
        String where = "rpc " + name + "/" + method.getName();
        MethodDescriptorProto same = first(now.getMethodList(), m -> m.getName().equals(method.getName()));
        if (same == null) {
          breaks.add(where + " is gone");
          continue;
        }
        same(where, "request", method.getInputType(), same.getInputType());
        same(where, "response", method.getOutputType(), same.getOutputType());
        same(where, "request stream", method.getClientStreaming(), same.getClientStreaming());
        same(where, "response stream", method.getServerStreaming(), same.getServerStreaming());
      }
    }
  }

  private static <T> T first(List<T> all, Predicate<T> wanted) {
    return all.stream().filter(wanted).findFirst().orElse(null);
  }

  private void same(String where, String what, Object before, Object after) {
    if (!before.equals(after)) breaks.add(where + ": its " + what + " was " + before + " and is " + after);
  }
}
