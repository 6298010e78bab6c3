package verimesh.contracts;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What a contract must say beside its types (STYLE: "a proto file is the contract, so it carries the whole contract"):
/// errors of every rpc, unit and range of every number, and enums whose zero means nothing.
final class Wording {
  // Field numbers of descriptor.proto, of which a location's path consists.
  private static final int FILE_MESSAGE = FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER;
  private static final int FILE_SERVICE = FileDescriptorProto.SERVICE_FIELD_NUMBER;
  private static final int MESSAGE_FIELD = DescriptorProto.FIELD_FIELD_NUMBER;
  private static final int MESSAGE_NESTED = DescriptorProto.NESTED_TYPE_FIELD_NUMBER;
  private static final int SERVICE_METHOD = ServiceDescriptorProto.METHOD_FIELD_NUMBER;

  private static final Set<Type> NUMBERS = EnumSet.of(
      Type.TYPE_DOUBLE, Type.TYPE_FLOAT, Type.TYPE_INT32, Type.TYPE_INT64, Type.TYPE_UINT32, Type.TYPE_UINT64,
      Type.TYPE_SINT32, Type.TYPE_SINT64, Type.TYPE_FIXED32, Type.TYPE_FIXED64, Type.TYPE_SFIXED32, Type.TYPE_SFIXED64);

  // Canonical codes of gRPC that a service may answer with, or the word that it never does.
  private static final Pattern ERRORS = Pattern.compile(
      "INVALID_ARGUMENT|NOT_FOUND|PERMISSION_DENIED|RESOURCE_EXHAUSTED|FAILED_PRECONDITION|UNAVAILABLE|DEADLINE_EXCEEDED"
          + "|INTERNAL|[Nn]ever an error");

  private final FileDescriptorProto file;
  private final Map<List<Integer>, String> comments = new HashMap<>();
  private final List<String> faults = new ArrayList<>();

  private Wording(FileDescriptorProto file) {
    this.file = file;
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      comments.put(location.getPathList(), (location.getLeadingComments() + "\n" + location.getTrailingComments()).strip());
    }
  }

  /// A sentence for everything that is left unsaid.
  static List<String> faults(FileDescriptorSet set) {
    List<String> all = new ArrayList<>();
    for (FileDescriptorProto file : set.getFileList()) all.addAll(new Wording(file).read());
    return all;
  }

  private List<String> read() {
    for (int i = 0; i < file.getServiceCount(); i++) service(file.getService(i), List.of(FILE_SERVICE, i));
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      message(file.getPackage(), file.getMessageType(i), List.of(FILE_MESSAGE, i));
    }
    file.getEnumTypeList().forEach(this::enumeration);
    return faults;
  }

  private void service(ServiceDescriptorProto service, List<Integer> path) {
    boolean common = ERRORS.matcher(comment(path)).find();
    for (int i = 0; i < service.getMethodCount(); i++) {
      String comment = comment(child(path, SERVICE_METHOD, i));
      String name = "rpc " + file.getPackage() + "." + service.getName() + "/" + service.getMethod(i).getName();
      if (comment.isEmpty()) faults.add(name + " has no comment");
      else if (!common && !ERRORS.matcher(comment).find()) faults.add(name + " names no errors, and neither does its service");
    }
  }

  private void message(String scope, DescriptorProto message, List<Integer> path) {
    if (message.getOptions().getMapEntry()) return; // the map field itself is what people comment
    String name = scope + "." + message.getName();
    for (int i = 0; i < message.getFieldCount(); i++) {
      FieldDescriptorProto field = message.getField(i);
      if (isNumber(field, message) && comment(child(path, MESSAGE_FIELD, i)).isEmpty()) {
        faults.add("field " + name + "." + field.getName() + " is a number without unit and range");
      }
    }
    for (int i = 0; i < message.getNestedTypeCount(); i++) {
      message(name, message.getNestedType(i), child(path, MESSAGE_NESTED, i));
    }
    message.getEnumTypeList().forEach(this::enumeration);
  }

  /// A number, or a map to numbers.
  private static boolean isNumber(FieldDescriptorProto field, DescriptorProto message) {
    if (NUMBERS.contains(field.getType())) return true;
    return message.getNestedTypeList().stream()
        .filter(entry -> entry.getOptions().getMapEntry())
        .filter(entry -> field.getTypeName().endsWith("." + message.getName() + "." + entry.getName()))
        .anyMatch(entry -> NUMBERS.contains(entry.getField(1).getType()));
  }

  private void enumeration(EnumDescriptorProto type) {
    String prefix = type.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
    EnumValueDescriptorProto zero = type.getValue(0);
    if (!zero.getName().equals(prefix + "UNSPECIFIED") || zero.getNumber() != 0) {
      faults.add("enum " + type.getName() + " begins with " + zero.getName() + ", not with " + prefix + "UNSPECIFIED = 0");
    }
    for (EnumValueDescriptorProto value : type.getValueList()) {
      if (value.getName().startsWith(prefix)) continue;
      faults.add("enum value " + type.getName() + "." + value.getName() + " does not carry the prefix " + prefix);
    }
  }

  private String comment(List<Integer> path) {
    return comments.getOrDefault(path, "");
  }

  private static List<Integer> child(List<Integer> path, int field, int index) {
    List<Integer> longer = new ArrayList<>(path);
    longer.add(field);
    longer.add(index);
    return List.copyOf(longer);
  }
}
