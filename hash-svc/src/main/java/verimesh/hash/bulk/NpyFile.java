package verimesh.hash.bulk;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Vectors in NumPy's format (NEP 1, versions 1.0 to 3.0): a matrix of float16, float32 or float64, one vector a row. Read
/// row by row, so its size does not matter. The header is held against the file's length before a row is read.
///
/// Not thread-safe.
public final class NpyFile implements AutoCloseable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int HEADER_BYTES_MAX = 1 << 16;
  private static final int DIMENSION_MAX = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z])(\\d{1,2})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  private final InputStream in;
  private final long rows;
  private final int dimension;
  private final int numberBytes;
  private final ByteOrder order;
  private long read;

  private NpyFile(InputStream in, long rows, int dimension, int numberBytes, ByteOrder order) {
    this.in = in;
    this.rows = rows;
    this.dimension = dimension;
    this.numberBytes = numberBytes;
    this.order = order;
  }

  /// @throws FormatProblem if it is none, holds something else, or its shape and its length do not agree
  public static NpyFile open(Path path) throws IOException, FormatProblem {
    long length = Files.size(path);
    InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 20);
    try {
      NpyFile file = open(path, in, length);
      in = null;
      return file;
    } catch (EOFException e) {
      throw new FormatProblem(path + " ends within its header.");
    } finally {
      if (in != null) in.close();
    }
  }

  private static NpyFile open(Path path, InputStream in, long length) throws IOException, FormatProblem {
    var data = new DataInputStream(in);
    if (!Arrays.equals(data.readNBytes(MAGIC.length), MAGIC)) throw new FormatProblem(path + " does not begin as a .npy file does.");
    int major = data.readUnsignedByte();
    data.readUnsignedByte();
    if (major < 1 || major > 3) throw new FormatProblem(path + " is .npy version " + major + "; 1 to 3 are read.");
    long headerBytes = major == 1 ? Short.toUnsignedLong(Short.reverseBytes(data.readShort())) : Integer.toUnsignedLong(Integer.reverseBytes(data.readInt()));
    if (headerBytes > HEADER_BYTES_MAX) throw new FormatProblem(path + " has a header of " + headerBytes + " bytes; up to " + HEADER_BYTES_MAX + " are read.");
    byte[] headerText = data.readNBytes((int) headerBytes);
    if (headerText.length < headerBytes) throw new FormatProblem(path + " ends within its header.");
    String header = new String(headerText, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);

    Matcher descr = DESCR.matcher(header);
    if (!descr.find() || !descr.group(2).equals("f") || !"2 4 8".contains(descr.group(3))) {
      throw new FormatProblem(path + " does not hold float16, float32 or float64 numbers: " + shown(header));
    }
    int numberBytes = Integer.parseInt(descr.group(3));
    ByteOrder order = descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    Matcher fortran = ORDER.matcher(header);
    if (!fortran.find() || fortran.group(1).equals("True")) {
      throw new FormatProblem(path + " is not written row by row (fortran_order); save it with numpy.ascontiguousarray.");
    }
    Matcher shape = SHAPE.matcher(header);
    if (!shape.find()) throw new FormatProblem(path + " has no shape: " + shown(header));
    String[] sides = shape.group(1).replaceAll("\\s", "").split(",");
    if (sides.length != 2 || !sides[0].matches("\\d{1,15}") || !sides[1].matches("\\d{1,15}")) {
      throw new FormatProblem(path + " has the shape (" + shown(shape.group(1)) + "); expected (rows, dimension).");
    }
    long rows = Long.parseLong(sides[0]);
    long dimension = Long.parseLong(sides[1]);
    if (dimension < 1 || dimension > DIMENSION_MAX) throw new FormatProblem(path + " has vectors of " + dimension + " numbers; 1 to " + DIMENSION_MAX + " are read.");
    long headerEnd = MAGIC.length + 2 + (major == 1 ? 2 : 4) + headerBytes;
    long held = length - headerEnd;
    if (rows > Long.MAX_VALUE / (dimension * numberBytes) || rows * dimension * numberBytes != held) {
      throw new FormatProblem(path + " says that it has " + rows + " rows of " + dimension + " numbers, but holds "
          + held + " bytes of them; " + numberBytes + " bytes a number were expected.");
    }
    return new NpyFile(in, rows, (int) dimension, numberBytes, order);
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ").strip();
    return line.length() > 120 ? line.substring(0, 120) + "..." : line;
  }

  public long rows() {
    return rows;
  }

  public int dimension() {
    return dimension;
  }

  /// The next row, or null after the last.
  /// @throws IOException if the file was cut while it was read
  public float[] next() throws IOException {
    if (read == rows) return null;
    ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(dimension * numberBytes)).order(order);
    if (bytes.remaining() < dimension * numberBytes) throw new EOFException("the file became shorter after row " + read);
    read++;
    float[] row = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      row[i] = switch (numberBytes) {
        case 2 -> Float.float16ToFloat(bytes.getShort());
        case 4 -> bytes.getFloat();
        default -> (float) bytes.getDouble();
      };
    }
    return row;
  }

  /// Leaves out rows that were read before, for a resume.
  public void skip(long count) throws IOException {
    in.skipNBytes(count * dimension * numberBytes);
    read += count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
