package verimesh.chassis.images.decode;

import java.util.ArrayList;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;
import verimesh.chassis.images.webp.LosslessFrame;
import verimesh.chassis.images.webp.Vp8Frame;

/// WebP: the container by [WebpFile], its frames by [Vp8Frame] and [LosslessFrame]. Of an animation the first frame on its canvas.
final class WebpDecoder {
  private final DecodeLimits limits;

  WebpDecoder(DecodeLimits limits) {
    this.limits = limits;
  }

  Decoded decode(byte[] file, ImageHeader.Known header) {
    var webp = new WebpFile(file);
    if (!webp.hasPixels()) return broken("it holds no picture");
    int width = webp.frameWidth();
    int height = webp.frameHeight();
    if (width == 0 || height == 0) return broken("it ends within its picture's header");
    // A still picture whose canvas says otherwise is as large as it says itself, as in browsers.
    if (!limits.allow(width, height)) return new Decoded.OverLimit(header, "The WebP's frame has " + width + "x" + height + " pixels, more than are taken.");
    var remarks = new ArrayList<Remark>();
    StoredPixels frame = webp.lossless() ? lossless(webp, remarks) : lossy(webp, width, height, remarks);
    if (frame == null) return broken("not one row of its pixel data is intact");
    if (webp.cutOff() && remarks.isEmpty()) remarks.add(damaged("it is cut off within its pixel data"));
    StoredPixels canvas = webp.animated() ? onCanvas(frame, webp.left(), webp.top(), header.width(), header.height()) : frame;
    canvas = canvas.withOrientation(webp.orientation());
    if (canvas.layout() == Layout.RGB) canvas = canvas.withProfile(Remark.profile(webp.iccProfile(), remarks));
    return new Decoded.Picture(header, canvas, remarks);
  }

  private static Decoded broken(String why) {
    return new Decoded.Broken("The WebP cannot be decoded: " + why + ".");
  }

  private static Remark damaged(String what) {
    return new Remark.Damaged("The WebP is damaged: " + what + ".");
  }

  private static StoredPixels lossy(WebpFile webp, int width, int height, ArrayList<Remark> remarks) {
    Vp8Frame.Picture picture = Vp8Frame.decode(webp.bytes(), webp.pixelsFrom(), webp.pixelsTo());
    if (picture == null) return null;
    if (picture.soundRows() < height) remarks.add(damaged("its pixel data ends after " + picture.soundRows() + " of " + height + " rows"));
    byte[] alpha = webp.hasAlpha() ? AlphaPlane.read(webp, width, height) : new byte[0];
    if (webp.hasAlpha() && alpha.length == 0) remarks.add(damaged("its alpha channel cannot be read and was left out"));
    return alpha.length == 0 ? new StoredPixels(width, height, Layout.RGB, picture.rgb()) : withAlpha(picture.rgb(), alpha, width, height);
  }

  private static StoredPixels withAlpha(byte[] rgb, byte[] alpha, int width, int height) {
    byte[] rgba = new byte[alpha.length * 4];
    for (int i = 0; i < alpha.length; i++) {
      rgba[i * 4] = rgb[i * 3];
      rgba[i * 4 + 1] = rgb[i * 3 + 1];
      rgba[i * 4 + 2] = rgb[i * 3 + 2];
      rgba[i * 4 + 3] = alpha[i];
    }
    return new StoredPixels(width, height, Layout.RGBA, rgba);
  }

  private static StoredPixels lossless(WebpFile webp, ArrayList<Remark> remarks) {
    LosslessFrame.Picture picture = LosslessFrame.decode(webp.bytes(), webp.pixelsFrom(), webp.pixelsTo());
    if (picture == null) return null;
    if (picture.soundRows() < picture.height()) {
      remarks.add(damaged("its pixel data ends after " + picture.soundRows() + " of " + picture.height() + " rows"));
    }
    int channels = picture.hasAlpha() ? 4 : 3;
    byte[] samples = new byte[picture.argb().length * channels];
    int to = 0;
    for (int argb : picture.argb()) {
      samples[to] = (byte) (argb >> 16);
      samples[to + 1] = (byte) (argb >> 8);
      samples[to + 2] = (byte) argb;
      if (channels == 4) samples[to + 3] = (byte) (argb >> 24);
      to += channels;
    }
    return new StoredPixels(picture.width(), picture.height(), picture.hasAlpha() ? Layout.RGBA : Layout.RGB, samples);
  }

  private static StoredPixels onCanvas(StoredPixels frame, int left, int top, int width, int height) {
    if (left == 0 && top == 0 && frame.width() == width && frame.height() == height) return frame;
    byte[] canvas = new byte[width * height * 4];
    int shown = Math.min(frame.width(), width - left);
    for (int y = 0; y < frame.height() && top + y < height; y++) {
      for (int x = 0; x < shown; x++) {
        int from = (y * frame.width() + x) * frame.layout().channels();
        int to = ((top + y) * width + left + x) * 4;
        System.arraycopy(frame.samples(), from, canvas, to, 3);
        canvas[to + 3] = frame.layout() == Layout.RGBA ? frame.samples()[from + 3] : (byte) 255;
      }
    }
    return new StoredPixels(width, height, Layout.RGBA, canvas);
  }
}
