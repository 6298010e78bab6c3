package verimesh.contracts;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;

/// The descriptor sets of our own files, ordered by name.
final class Contracts {
  private Contracts() {}

  /// What the build compiled, comments included.
  static FileDescriptorSet compiled() throws IOException {
    return ours(read("/verimesh/contracts.binpb"));
  }

  /// What was promised last.
  static FileDescriptorSet snapshot() throws IOException {
    return read("/contracts.snapshot.binpb");
  }

  /// Where the snapshot is kept.
  static Path snapshotFile() {
    return Path.of(System.getProperty("verimesh.root", "..")).resolve("proto/src/test/resources/contracts.snapshot.binpb");
  }

  /// Comments are no promise, and would change the snapshot with every word.
  static FileDescriptorSet withoutComments(FileDescriptorSet set) {
    var bare = FileDescriptorSet.newBuilder();
    for (FileDescriptorProto file : set.getFileList()) bare.addFile(file.toBuilder().clearSourceCodeInfo());
    return bare.build();
  }

  private static FileDescriptorSet ours(FileDescriptorSet all) {
    var ours = FileDescriptorSet.newBuilder();
    all.getFileList().stream()
        .filter(file -> file.getName().startsWith("verimesh/"))
        .sorted(Comparator.comparing(FileDescriptorProto::getName))
        .forEach(ours::addFile);
    return ours.build();
  }

  private static FileDescriptorSet read(String resource) throws IOException {
    try (InputStream in = Contracts.class.getResourceAsStream(resource)) {
      if (in == null) throw new IOException("no resource " + resource);
      return FileDescriptorSet.parseFrom(in);
    }
  }
}
