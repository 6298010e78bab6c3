package verimesh.metadata.c2pa;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Writes manifest stores byte by byte, sound or broken, so that tests need no files of other people. Nothing is signed.
public final class StoreBuilder {
  private final List<byte[]> manifests = new ArrayList<>();

  public StoreBuilder manifest(String label, Map<String, ?> claim, Map<String, ?> assertions) {
    return manifest("c2ma", label, claim, assertions);
  }

  StoreBuilder manifest(String type, String label, Map<String, ?> claim, Map<String, ?> assertions) {
    manifests.add(manifestBox(type, label, claim, assertions));
    return this;
  }

  static byte[] manifestBox(String type, String label, Map<String, ?> claim, Map<String, ?> assertions) {
    ByteArrayOutputStream store = new ByteArrayOutputStream();
    assertions.forEach((name, value) -> store.writeBytes(value instanceof String json
        ? superBox("json", name, box("json", json.getBytes(StandardCharsets.UTF_8)))
        : superBox("cbor", name, box("cbor", cbor(value)))));
    String claimLabel = claim.containsKey("created_assertions") ? "c2pa.claim.v2" : "c2pa.claim";
    return superBox(type, label, superBox("c2as", "c2pa.assertions", store.toByteArray()), superBox("c2cl", claimLabel, box("cbor", cbor(claim))));
  }

  StoreBuilder raw(byte[] box) {
    manifests.add(box);
    return this;
  }

  public byte[] build() {
    return superBox("c2pa", "c2pa", manifests.toArray(byte[][]::new));
  }

  /// A v1 claim that lists these assertions.
  public static Map<String, Object> claim(String generator, String... labels) {
    return Map.of("claim_generator", generator, "assertions", uris(labels));
  }

  /// A v2 claim.
  static Map<String, Object> claim2(String generator, List<String> created, List<String> gathered) {
    return Map.of("claim_generator_info", Map.of("name", generator), "created_assertions", uris(created.toArray(String[]::new)),
        "gathered_assertions", uris(gathered.toArray(String[]::new)));
  }

  static List<Map<String, Object>> uris(String... labels) {
    return java.util.Arrays.stream(labels).map(l -> Map.<String, Object>of("url", "self#jumbf=c2pa.assertions/" + l, "hash", new byte[32])).toList();
  }

  public static Map<String, Object> actions(Map<?, ?>... actions) {
    return Map.of("actions", List.of(actions));
  }

  public static Map<String, Object> action(String name, String sourceType, String agent) {
    java.util.TreeMap<String, Object> action = new java.util.TreeMap<>(Map.of("action", name));
    if (!sourceType.isEmpty()) action.put("digitalSourceType", "http://cv.iptc.org/newscodes/digitalsourcetype/" + sourceType);
    if (!agent.isEmpty()) action.put("softwareAgent", agent);
    return action;
  }

  static Map<String, Object> ingredient(String relationship, String manifest) {
    return Map.of("dc:title", "part", "relationship", relationship, "c2pa_manifest", Map.of("url", "self#jumbf=/c2pa/" + manifest, "hash", new byte[32]));
  }

  static byte[] superBox(String type, String label, byte[]... contents) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(box("jumd", concat(type.getBytes(StandardCharsets.ISO_8859_1), HexFormat.of().parseHex("00110010800000aa00389b71"), new byte[] {3},
        label.getBytes(StandardCharsets.UTF_8), new byte[1])));
    for (byte[] content : contents) all.writeBytes(content);
    return box("jumb", all.toByteArray());
  }

  static byte[] box(String type, byte[] payload) {
    int length = payload.length + 8;
    return concat(new byte[] {(byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length}, type.getBytes(StandardCharsets.ISO_8859_1), payload);
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }

  /// Strings, byte strings, longs, booleans, lists and maps.
  static byte[] cbor(Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (value) {
      case null -> out.write(0xf6);
      case String s -> {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(head(3, utf8.length));
        out.writeBytes(utf8);
      }
      case byte[] bytes -> {
        out.writeBytes(head(2, bytes.length));
        out.writeBytes(bytes);
      }
      case Number n -> out.writeBytes(n.longValue() < 0 ? head(1, -1 - n.longValue()) : head(0, n.longValue()));
      case Boolean b -> out.write(b ? 0xf5 : 0xf4);
      case List<?> list -> {
        out.writeBytes(head(4, list.size()));
        list.forEach(item -> out.writeBytes(cbor(item)));
      }
      case Map<?, ?> map -> {
        out.writeBytes(head(5, map.size()));
        map.forEach((k, v) -> {
          out.writeBytes(cbor(k));
          out.writeBytes(cbor(v));
        });
      }
      default -> throw new IllegalArgumentException("no CBOR for " + value.getClass());
    }
    return out.toByteArray();
  }

  static byte[] head(int major, long argument) {
    int type = major << 5;
    if (argument < 24) return new byte[] {(byte) (type | argument)};
    if (argument < 1 << 8) return new byte[] {(byte) (type | 24), (byte) argument};
    if (argument < 1 << 16) return new byte[] {(byte) (type | 25), (byte) (argument >> 8), (byte) argument};
    return new byte[] {(byte) (type | 26), (byte) (argument >> 24), (byte) (argument >> 16), (byte) (argument >> 8), (byte) argument};
  }
}
