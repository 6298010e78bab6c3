package verimesh.chassis.inference.archive;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import verimesh.chassis.inference.CheckpointException;

/// A zip whose entries are stored uncompressed with their data on multiples of 64 bytes, as libtorch reads them. Dates
/// are fixed, so equal content gives equal bytes. Entries beyond 4 GiB would need zip64, which is refused by name.
final class StoredZip implements Closeable {
  private static final int ALIGNMENT = 64;
  private static final long SIZE_MAX = 0xffff_fffeL; // 0xffffffff means "see the zip64 field"
  private static final int ENTRIES_MAX = 65_534;
  private static final int DATE = 0x0021; // 1980-01-01, the first date that a zip knows

  private final FileChannel channel;
  private final String what;
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(byte[] name, long offset, long size, int crc) {}

  /// Writes an entry's data, chunk after chunk.
  interface Sink {
    void write(ByteBuffer chunk) throws IOException;
  }

  interface Content {
    void writeTo(Sink sink) throws IOException;
  }

  StoredZip(Path path) throws IOException {
    this.what = path.getFileName().toString();
    this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  void entry(String name, byte[] content) throws IOException {
    entry(name, content.length, sink -> sink.write(ByteBuffer.wrap(content)));
  }

  /// @param size exactly as many bytes as `content` writes
  void entry(String name, long size, Content content) throws IOException {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    long offset = channel.position();
    if (size > SIZE_MAX || offset > SIZE_MAX || entries.size() >= ENTRIES_MAX) {
      throw new CheckpointException(
          "The archive " + what + " would pass 4 GiB or 65,534 tensors at " + name + "; archives of that size are not supported. Take a smaller model or a 16-bit variant.");
    }
    int padding = (int) ((ALIGNMENT - (offset + 30 + nameBytes.length + 4) % ALIGNMENT) % ALIGNMENT);
    channel.write(localHeader(nameBytes, size, 0, padding));
    long dataStart = channel.position();
    CRC32 crc = new CRC32();
    content.writeTo(chunk -> {
      crc.update(chunk.duplicate());
      while (chunk.hasRemaining()) channel.write(chunk);
    });
    if (channel.position() - dataStart != size) throw new IllegalStateException(name + " wrote " + (channel.position() - dataStart) + " of " + size + " bytes");
    // The checksum is known only now: it goes into the header's place for it, 14 bytes from its start.
    channel.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) crc.getValue()).flip(), offset + 14);
    entries.add(new Entry(nameBytes, offset, size, (int) crc.getValue()));
  }

  /// Writes the directory and forces everything to the disk.
  void finish() throws IOException {
    long start = channel.position();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    for (Entry entry : entries) directory.writeBytes(centralHeader(entry));
    if (start + directory.size() > SIZE_MAX) throw new CheckpointException("The archive " + what + " passes 4 GiB; archives of that size are not supported.");
    ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
    end.putShort((short) entries.size()).putShort((short) entries.size());
    end.putInt(directory.size()).putInt((int) start).putShort((short) 0);
    directory.writeBytes(end.array());
    ByteBuffer bytes = ByteBuffer.wrap(directory.toByteArray());
    while (bytes.hasRemaining()) channel.write(bytes);
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer localHeader(byte[] name, long size, int crc, int padding) {
    ByteBuffer header = ByteBuffer.allocate(30 + name.length + 4 + padding).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0x04034b50).putShort((short) 20).putShort((short) 0x0800).putShort((short) 0);
    header.putShort((short) 0).putShort((short) DATE).putInt(crc).putInt((int) size).putInt((int) size);
    header.putShort((short) name.length).putShort((short) (4 + padding)).put(name);
    header.put((byte) 'F').put((byte) 'B').putShort((short) padding);
    for (int i = 0; i < padding; i++) header.put((byte) 'Z');
    return header.flip();
  }

  private static byte[] centralHeader(Entry entry) {
    ByteBuffer header = ByteBuffer.allocate(46 + entry.name.length).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0x02014b50).putShort((short) 20).putShort((short) 20).putShort((short) 0x0800).putShort((short) 0);
    header.putShort((short) 0).putShort((short) DATE).putInt(entry.crc).putInt((int) entry.size).putInt((int) entry.size);
    header.putShort((short) entry.name.length).putShort((short) 0).putShort((short) 0).putShort((short) 0).putShort((short) 0);
    header.putInt(0).putInt((int) entry.offset).put(entry.name);
    return header.array();
  }
}
