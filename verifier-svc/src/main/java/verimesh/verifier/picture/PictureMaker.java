package verimesh.verifier.picture;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import verimesh.chassis.images.ImageFormat;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.images.cut.Shrink;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// Makes of any file what models are shown: pixels upright, in sRGB, over white, of a size that they take, encoded anew.
/// Thread-safe.
///
/// Always anew, also where the file would do as it is (docs/decisions/005-models-see-pixels.md): whatever text a file carries
/// beside its pixels cannot speak to a model, where a picture was taken is nobody's business at an endpoint, and endpoints
/// that know only JPEG and PNG get no others.
public final class PictureMaker implements AutoCloseable {
  /// Drawings and screenshots up to this size stay without loss; the rest is sent as JPEG.
  private static final long LOSSLESS_PIXELS_MAX = 1_000_000;

  private static final Set<ImageFormat> LOSSLESS = Set.of(ImageFormat.PNG, ImageFormat.GIF, ImageFormat.BMP, ImageFormat.TIFF);
  private static final long MEGAPIXEL = 1_000_000;

  private final PictureConfig config;
  private final Decoder decoder;
  private final InstantSource clock;
  private final Semaphore megapixels;
  private final ExecutorService cores;

  public PictureMaker(PictureConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.decoder = Decoder.fastest(new DecodeLimits(Math.min(config.megapixelsMax(), 500) * MEGAPIXEL, DecodeLimits.DEFAULT.sideMax()));
    this.megapixels = new Semaphore(config.decodingMegapixelsMax(), true);
    // Pixels would keep a virtual thread's carrier from everybody who only waits for a model. The queue is bounded by the
    // megapixels, since whoever stands in it has taken its part.
    this.cores = Executors.newFixedThreadPool(config.threads(), Thread.ofPlatform().daemon().name("pictures-", 0).factory());
  }

  /// @param until when the picture is of no use any more
  /// @throws ProblemException `NOT_AN_IMAGE`, `FORMAT_NOT_DECODABLE`, `IMAGE_TOO_LARGE`, `DECODE_BUDGET`, `BACKEND_TOO_SLOW`
  public ShownPicture make(byte[] file, Instant until) {
    int share = share(file);
    take(share, until);
    var made = new CompletableFuture<ShownPicture>();
    cores.execute(() -> {
      try {
        made.complete(made(file));
      } catch (Throwable thrown) {
        made.completeExceptionally(thrown);
      } finally {
        megapixels.release(share);
      }
    });
    try {
      return made.get(Math.max(0, left(until).toNanos()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProblemException refused) throw refused;
      throw new IllegalStateException("a picture could not be made", e.getCause());
    } catch (TimeoutException e) {
      throw new ProblemException(new Problem.TooLate("BACKEND_TOO_SLOW", "The time was over while the picture was decoded."));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(new Problem.TooLate("BACKEND_TOO_SLOW", "The call was given up while the picture was decoded."));
    }
  }

  /// Whole megapixels by the header; 1 where it cannot be read, since then nothing is decoded.
  private int share(byte[] file) {
    if (!(ImageHeader.read(file) instanceof ImageHeader.Known known)) return 1;
    return (int) Math.clamp(Math.ceilDiv(known.pixels(), MEGAPIXEL), 1, config.megapixelsMax());
  }

  private void take(int share, Instant until) {
    boolean taken;
    try {
      taken = megapixels.tryAcquire(share, Math.max(0, left(until).toNanos()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      taken = false;
    }
    if (taken) return;
    throw new ProblemException(new Problem.Overloaded(
        "DECODE_BUDGET", "Pictures of " + config.decodingMegapixelsMax() + " MP together are being decoded already.", Duration.ofSeconds(1)));
  }

  private ShownPicture made(byte[] file) {
    return switch (decoder.decode(file)) {
      case Decoded.Picture picture -> {
        SrgbPixels shown = Shrink.within(SrgbPixels.of(picture.stored()), config.sideMax());
        boolean lossless = LOSSLESS.contains(picture.header().format()) && (long) shown.width() * shown.height() <= LOSSLESS_PIXELS_MAX;
        yield lossless
            ? new ShownPicture(PictureFile.png(shown), "image/png", sha256(file))
            : new ShownPicture(PictureFile.jpeg(shown), "image/jpeg", sha256(file));
      }
      case Decoded.Broken(String message) -> throw new ProblemException(new Problem.Invalid("NOT_AN_IMAGE", message));
      case Decoded.Unsupported unsupported -> throw new ProblemException(new Problem.Invalid("FORMAT_NOT_DECODABLE", unsupported.message()));
      case Decoded.OverLimit over -> throw new ProblemException(new Problem.OverLimit("IMAGE_TOO_LARGE", over.message()));
    };
  }

  /// The picture's pixels once more, for a closer look at a part of it.
  SrgbPixels pixels(ShownPicture picture) {
    if (decoder.decode(picture.encoded()) instanceof Decoded.Picture decoded) return SrgbPixels.of(decoded.stored());
    throw new IllegalStateException("a picture that we encoded cannot be decoded");
  }

  /// Parts of a picture as PNG files, in order.
  public List<byte[]> parts(ShownPicture picture, List<Part> parts) {
    SrgbPixels pixels = pixels(picture);
    return parts.stream().map(part -> PictureFile.png(part.of(pixels))).toList();
  }

  private Duration left(Instant until) {
    return Duration.between(clock.instant(), until);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    cores.shutdownNow();
  }
}
