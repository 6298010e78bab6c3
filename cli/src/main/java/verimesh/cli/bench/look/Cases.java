package verimesh.cli.bench.look;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import javax.imageio.ImageIO;

/// Pictures whose truth is known, with what a model of given error rates says of each, drawn from a seed.
///
/// Draws are stratified: of `n` draws one lies in each of `n` equal parts of [0, 1), in shuffled order. A share comes out
/// within one case of its rate, so that what remains of a difference is the mesh's doing and not the dice's.
final class Cases {
  /// Confidence of a model's answers, evenly spread; publications do not tell theirs.
  private static final double CONFIDENCE_MIN = 0.70;

  private static final double CONFIDENCE_MAX = 0.95;
  private static final int SIDE = 16;

  /// What a file says of itself. How often is our assumption, the same for every model and policy.
  enum File {
    /// Nothing, as networks leave it.
    STRIPPED,
    /// A camera's EXIF: genuine on real pictures, forged on fakes.
    CAMERA,
    /// A generator's own record.
    RECORD
  }

  /// @param firstFake what the model says at first
  /// @param secondFake what it says with clues
  record Case(ByteString picture, boolean fake, File file, boolean firstFake, boolean secondFake, double firstConfidence, double secondConfidence) {}

  private final List<Case> all = new ArrayList<>();
  private final Map<String, Case> byDigest = new HashMap<>();

  static Cases draw(ErrorRates rates, int count, long seed) {
    var cases = new Cases();
    var random = new SplittableRandom(seed);
    int fakes = (int) Math.round(count * rates.fakes());
    cases.add(rates, true, fakes, random);
    cases.add(rates, false, count - fakes, random);
    java.util.Collections.shuffle(cases.all, new java.util.Random(seed)); // fakes and reals come mixed
    return cases;
  }

  private void add(ErrorRates rates, boolean fake, int count, SplittableRandom random) {
    double[] first = stratified(count, random);
    double[] files = stratified(count, random);
    double[] confidences = stratified(count, random);
    double[] others = stratified(count, random);
    int real = 0;
    for (double u : first) if (u >= rates.saysFakeAtFirst(fake)) real++;
    double[] turns = stratified(real, random);
    DoubleUnaryOperator confidence = u -> CONFIDENCE_MIN + u * (CONFIDENCE_MAX - CONFIDENCE_MIN);
    for (int i = 0; i < count; i++) {
      boolean firstFake = first[i] < rates.saysFakeAtFirst(fake);
      boolean secondFake = firstFake || turns[--real] < rates.turned(fake); // what was fake at first stays so: only `always` asks
      ByteString picture = picture(all.size(), random);
      var made = new Case(picture, fake, file(fake, files[i]), firstFake, secondFake, confidence.applyAsDouble(confidences[i]), confidence.applyAsDouble(others[i]));
      all.add(made);
      byDigest.put(sha256(picture), made);
    }
  }

  /// Fakes: one in ten carries its generator's record, one in twenty a forged camera. Reals: four in ten still have their EXIF.
  private static File file(boolean fake, double u) {
    if (fake) return u < 0.10 ? File.RECORD : u < 0.15 ? File.CAMERA : File.STRIPPED;
    return u < 0.40 ? File.CAMERA : File.STRIPPED;
  }

  private static double[] stratified(int count, SplittableRandom random) {
    double[] draws = new double[count];
    for (int i = 0; i < count; i++) draws[i] = (i + random.nextDouble()) / count;
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double swapped = draws[i];
      draws[i] = draws[j];
      draws[j] = swapped;
    }
    return draws;
  }

  /// Noise, no two alike.
  private static ByteString picture(int number, SplittableRandom random) {
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) for (int x = 0; x < SIDE; x++) image.setRGB(x, y, random.nextInt(1 << 24));
    image.setRGB(0, 0, number);
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("the JDK writes PNG in memory", e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  List<Case> all() {
    return all;
  }

  Case of(ByteString picture) {
    return byDigest.get(sha256(picture));
  }

  Case of(String sha256) {
    return byDigest.get(sha256);
  }

  private static String sha256(ByteString picture) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(picture.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
