package verimesh.chassis.images.pdq;

import verimesh.chassis.images.StoredPixels;

/// From stored pixels to the 64x64 floats that are transformed: luma, the Jarosz filter (two box passes each way, together a
/// tent), one sample from each block.
///
/// Rows stream through all four passes, so that a picture of any size is worked on in the processor's cache:
///
/// ```
/// luma -> RowBox -> ColumnBox -> RowBox, the 64 sampled columns only -> ColumnBox -> the 64 sampled rows
/// ```
final class Downscale {
  static final int SIDE = 64;

  private final int width;
  private final int height;
  private final Luma luma;
  private final RowBox alongRows;
  private final ColumnBox firstColumns;
  private final ColumnBox secondColumns;
  private final int[] sampledColumns;
  private final int[] sampledRows;

  /// Rows that wait for the second pass along rows, until there are as many as it takes at once.
  private final float[][] waiting = new float[RowBox.SAMPLED_ROWS][];
  private int waitingRows;

  private final float[] small = new float[SIDE * SIDE];
  private int rowsOut;
  private int nextSample;

  private Downscale(StoredPixels stored, int width, int height) {
    this.width = width;
    this.height = height;
    luma = new Luma(stored, width, height);
    alongRows = new RowBox(width, window(width));
    firstColumns = new ColumnBox(width, height, window(height));
    secondColumns = new ColumnBox(SIDE, height, window(height));
    sampledColumns = samples(width);
    sampledRows = samples(height);
    for (int i = 0; i < waiting.length; i++) waiting[i] = new float[width];
  }

  /// @return 64x64, row by row
  static float[] to64(StoredPixels stored, PdqConvention convention) {
    boolean shrink = convention == PdqConvention.SHRUNK_512
        && (stored.width() > PdqConvention.SIDE || stored.height() > PdqConvention.SIDE);
    int width = shrink ? PdqConvention.SIDE : stored.width();
    int height = shrink ? PdqConvention.SIDE : stored.height();
    return new Downscale(stored, width, height).run();
  }

  /// The filter's full window along a direction of so many samples.
  private static int window(int samples) {
    return (samples + 127) / 128;
  }

  /// Where the 64 samples lie: at the blocks' centres.
  private static int[] samples(int length) {
    int[] at = new int[SIDE];
    for (int i = 0; i < SIDE; i++) at[i] = (int) ((i + 0.5) * length / SIDE);
    return at;
  }

  private float[] run() {
    float[][] parts = new float[RowBox.ROWS][width * Luma.PARTS];
    float[][] filtered = new float[RowBox.ROWS][];
    for (int y = 0; y < height; y += RowBox.ROWS) {
      int rows = Math.min(RowBox.ROWS, height - y);
      for (int r = 0; r < rows; r++) luma.row(y + r, parts[r]);
      for (int r = 0; r < RowBox.ROWS; r++) filtered[r] = firstColumns.input(r);
      alongRows.filter(parts, filtered);
      for (int r = 0; r < rows; r++) {
        if (firstColumns.push(waiting[waitingRows])) rowWaits();
      }
    }
    while (firstColumns.drain(waiting[waitingRows])) rowWaits();
    if (waitingRows > 0) secondPass();
    float[] row = new float[SIDE];
    while (secondColumns.drain(row)) sampled(row);
    return small;
  }

  private void rowWaits() {
    waitingRows++;
    if (waitingRows == RowBox.SAMPLED_ROWS) secondPass();
  }

  private void secondPass() {
    float[][] filtered = new float[RowBox.SAMPLED_ROWS][];
    for (int r = 0; r < RowBox.SAMPLED_ROWS; r++) filtered[r] = secondColumns.input(r);
    alongRows.sample(waiting, filtered, sampledColumns);
    float[] row = new float[SIDE];
    for (int r = 0; r < waitingRows; r++) {
      if (secondColumns.push(row)) sampled(row);
    }
    waitingRows = 0;
  }

  /// The next row that went through all passes; one of a picture lower than 64 rows is sampled more than once.
  private void sampled(float[] row) {
    while (nextSample < SIDE && sampledRows[nextSample] == rowsOut) {
      System.arraycopy(row, 0, small, nextSample * SIDE, SIDE);
      nextSample++;
    }
    rowsOut++;
  }
}
