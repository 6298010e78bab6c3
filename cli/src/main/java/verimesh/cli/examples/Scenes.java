package verimesh.cli.examples;

/// Landscapes by formula. Everything is computed with [StrictMath] and integer hashes, so that a scene has the same pixels
/// on every machine.
final class Scenes {
  private Scenes() {}

  // ------------------------------------------------------------------------------------------------- photographs

  /// A mountain lake at dawn, with the grain of a sensor.
  static Picture lake(int width, int height) {
    return Picture.painted(width, height, 2, (x, y) -> grain(lakeAt(x, y), x, y, 0.012));
  }

  /// The lake with three balloons over it, which were not there when the picture was taken.
  static Picture lakeWithBalloons(int width, int height) {
    return Picture.painted(width, height, 2, (x, y) -> {
      double[] colour = lakeAt(x, y);
      colour = balloon(colour, x, y, 0.42, 0.20, 0.085, 0xD1495B, 0xF2E8CF);
      colour = balloon(colour, x, y, 0.78, 0.13, 0.055, 0x2E6F95, 0xF4D58D);
      colour = balloon(colour, x, y, 1.20, 0.27, 0.038, 0xE07A2F, 0xFBF3E4);
      return grain(colour, x, y, 0.012);
    });
  }

  /// Firs on a slope, each row paler than the one before it.
  static Picture forest(int width, int height) {
    return Picture.painted(width, height, 2, (x, y) -> {
      double[] colour = mix(rgb(0xE9E4D4), rgb(0xB9C4BE), y * 1.2);
      for (int row = 4; row >= 0; row--) { // the nearest first: it hides the others
        double depth = row / 4.0;
        double ground = 0.34 + 0.15 * row + 0.05 * StrictMath.sin(x * 2.1 + row * 1.7) + 0.03 * fbm(x * 3 + row * 9, row, 3);
        double size = 0.10 + 0.07 * depth;
        if (y > ground - size && y > ground - firs(x + row * 0.37, size, 31 + row)) {
          double[] firs = mix(rgb(0xA9B8B2), rgb(0x16302B), StrictMath.pow(depth, 0.8));
          double mist = Math.clamp((y - ground + 0.10) * (3.2 - 2.4 * depth), 0, 0.85);
          colour = mix(firs, mix(rgb(0xD7DAD0), firs, depth * 0.7), mist);
          break;
        }
      }
      return grain(colour, x, y, 0.014);
    });
  }

  private static double[] lakeAt(double x, double y) {
    double shore = 0.60;
    double ripple = y > shore ? 0.006 * StrictMath.sin((y - shore) * 190 / (0.25 + (y - shore) * 2) + 6 * fbm(x * 9, y * 60, 3)) : 0;
    double seen = y > shore ? shore - (y - shore) * 0.92 + ripple * (1 + (y - shore) * 6) : y;
    double bank = 0.985 - 0.10 * StrictMath.exp(-square((x - 0.05) / 0.36)) - 0.05 * StrictMath.exp(-square((x - 1.5) / 0.24)) + 0.02 * fbm(x * 14, 3, 4);
    if (y > bank - firs(x, 0.21, 7) * StrictMath.exp(-square((x - 0.02) / 0.30)) - firs(x, 0.12, 9) * StrictMath.exp(-square((x - 1.5) / 0.2))) {
      return mix(rgb(0x0D1A1C), rgb(0x223330), fbm(x * 40, y * 40, 3) * 0.6);
    }
    double[] colour = mountains(x + (y > shore ? ripple * 0.8 : 0), seen);
    if (y > shore) {
      colour = mix(colour, rgb(0x2B3A4F), 0.22 + 0.35 * (y - shore));
      double path = StrictMath.exp(-square((x - 0.98) / (0.05 + (y - shore) * 0.35)));
      double glint = fbm(x * 26, y * 150, 2);
      colour = mix(colour, rgb(0xFFE2B0), path * Math.clamp((glint - 0.42) * 3.2, 0, 0.75));
    }
    return colour;
  }

  private static double[] mountains(double x, double y) {
    int[] tints = {0x9C8CA5, 0x6F708F, 0x455273, 0x24344D};
    for (int ridge = 3; ridge >= 0; ridge--) { // the nearest first: it hides the others
      double peaks = ridged(x * (1.9 + 0.55 * ridge) + 3.3 * ridge + 0.35, 11 + ridge);
      double valley = ridge < 3 ? StrictMath.exp(-square((x - 0.98) / 0.24)) : 0; // where the sun comes up
      double line = 0.465 + 0.038 * ridge - (0.46 - 0.09 * ridge) * (peaks - 0.50) * (1 - 0.7 * valley) + 0.03 * valley;
      if (y > line) {
        double snow = ridge < 2 ? Math.clamp((0.05 - (y - line)) * 14 + (fbm(x * 30 - y * 18, y * 22, 4) - 0.5) * 4, 0, 0.8) * Math.clamp((0.50 - y) * 12, 0, 1) : 0;
        double haze = Math.clamp((y - line) * (2.9 - 0.45 * ridge), 0, 0.6);
        double[] rock = mix(rgb(tints[ridge]), rgb(0x1B2438), 0.35 * fbm(x * 17 + ridge, y * 30, 4));
        return mix(mix(rock, rgb(0xF6E3DC), snow), mix(rgb(0xE3B6A0), rgb(tints[ridge]), 0.25 * ridge), haze);
      }
    }
    return sky(x, y);
  }

  private static double[] sky(double x, double y) {
    double[] sky = y < 0.36 ? mix(rgb(0x35537E), rgb(0xB48EA6), y / 0.36) : mix(rgb(0xB48EA6), rgb(0xFFC58A), (y - 0.36) / 0.22);
    double sun = square(x - 0.98) + square((y - 0.335) * 1.05);
    sky = mix(sky, rgb(0xFFE9C4), 0.85 * StrictMath.exp(-sun * 26));
    sky = mix(sky, rgb(0xFFFBEA), sun < 0.0011 ? 1 : 0.9 * StrictMath.exp(-(sun - 0.0011) * 700));
    double cloud = fbm(x * 2.2 + 5, y * 9, 5);
    return mix(sky, rgb(0xFFD9C0), Math.clamp((cloud - 0.55) * 2.6, 0, 0.55) * Math.clamp(1.5 - y * 2.2, 0, 1));
  }

  private static double[] balloon(double[] under, double x, double y, double cx, double cy, double r, int one, int other) {
    double dx = (x - cx) / r;
    double dy = (y - cy) / r;
    double narrow = dy > 0 ? 1 - 0.42 * dy * dy : 1; // egg-shaped: narrower below
    if (dx * dx / (narrow * narrow) + dy * dy * (dy > 0 ? 0.72 : 1) < 1) {
      double bend = dx / Math.max(0.05, StrictMath.sqrt(Math.max(0, 1 - dy * dy * (dy > 0 ? 0.72 : 1))) * narrow);
      double gore = StrictMath.asin(Math.clamp(bend, -1, 1)) / StrictMath.PI * 8 + 8;
      double[] cloth = ((int) gore & 1) == 0 ? rgb(one) : rgb(other);
      cloth = mix(cloth, rgb(0xFFE3B3), Math.clamp(0.35 * (dx + 0.2), 0, 0.35)); // lit from the sun's side
      return mix(cloth, rgb(0x2A2238), Math.clamp(-0.45 * dx + 0.25 * dy, 0, 0.55));
    }
    boolean ropes = dy > 1.0 && dy < 1.50 && Math.abs(Math.abs(dx) - (0.34 - 0.34 * (dy - 1.0))) < 0.022;
    boolean basket = dy >= 1.48 && dy < 1.74 && Math.abs(dx) < 0.16;
    return basket ? rgb(0x4A2F1B) : ropes ? rgb(0x3B3236) : under;
  }

  // ------------------------------------------------------------------------------------------------------ posters

  /// A lighthouse on a cliff, its beam over a night sea.
  static Picture lighthouse(int width, int height) {
    double ratio = (double) width / height;
    return Picture.painted(width, height, 3, (x, y) -> {
      double cx = ratio * 0.60;
      double[] colour = mix(rgb(0x0E1B3D), rgb(0x3E5C8A), StrictMath.floor(y * 14) / 11);
      if (star(x, y, 17)) colour = rgb(0xFDF6D8);
      double beam = StrictMath.atan2(y - 0.335, cx - x);
      if (x < cx && Math.abs(beam + 0.10) < 0.10) colour = mix(colour, rgb(0xFFF1B8), 0.75);
      if (x > cx && Math.abs(StrictMath.atan2(y - 0.335, x - cx) - 0.16) < 0.07) colour = mix(colour, rgb(0xFFF1B8), 0.45);
      double moon = square(x - ratio * 0.20) + square(y - 0.14);
      if (moon < 0.0042 && square(x - ratio * 0.20 - 0.028) + square(y - 0.125) > 0.0034) colour = rgb(0xFFF3D0);
      for (int wave = 0; wave < 5; wave++) {
        double line = 0.70 + wave * 0.062 + 0.008 * StrictMath.sin(x * (26 - wave * 3) + wave * 2.1);
        if (y > line) colour = mix(rgb(0x1D4E79), rgb(0x071A33), wave / 4.0);
        if (y > line && y < line + 0.0045) colour = mix(rgb(0xBFE3F2), rgb(0x2C6C97), wave / 4.0);
      }
      double cliff = 0.70 + 0.30 * Math.max(0, (cx - 0.13 - x) * 3) + 0.012 * StrictMath.sin(x * 40) - (x > cx + 0.02 ? 0.05 * (x - cx) : 0);
      if (y > cliff) colour = y < cliff + 0.02 ? rgb(0x4F7942) : (int) ((x + y * 0.3) * 24) % 2 == 0 ? rgb(0x2C2A35) : rgb(0x35323F);
      double half = 0.040 + (y - 0.38) * 0.085;
      if (y > 0.38 && y < 0.712 && Math.abs(x - cx) < half) {
        colour = (int) ((y - 0.38) / 0.0665) % 2 == 0 ? rgb(0xF4F1E8) : rgb(0xC8352E);
        if (x - cx > half * 0.35) colour = mix(colour, rgb(0x2B2140), 0.35);
        if (Math.abs(x - cx + 0.012) < 0.009 && (y - 0.38) % 0.133 > 0.085 && (y - 0.38) % 0.133 < 0.115) colour = rgb(0x2B2140);
      }
      if (y > 0.366 && y <= 0.38 && Math.abs(x - cx) < 0.058) colour = rgb(0x241C34);
      if (y > 0.31 && y <= 0.366 && Math.abs(x - cx) < 0.034) colour = Math.abs(x - cx) % 0.017 < 0.003 ? rgb(0x241C34) : rgb(0xFFE98A);
      if (y > 0.272 && y <= 0.31 && Math.abs(x - cx) < (y - 0.265) * 1.05) colour = rgb(0xC8352E);
      return colour;
    });
  }

  /// Dunes under a large sun.
  static Picture dunes(int width, int height) {
    return Picture.painted(width, height, 2, (x, y) -> {
      double[] colour = mix(rgb(0xF6B48F), rgb(0xFBE3C0), Math.clamp(y / 0.5, 0, 1));
      double sun = StrictMath.sqrt(square(x - 0.55) + square(y - 0.30));
      colour = mix(colour, rgb(0xFFF4DE), 0.6 * StrictMath.exp(-sun * sun * 14));
      if (sun < 0.125) colour = mix(rgb(0xE4572E), rgb(0xF9A03F), (0.30 - y) / 0.25 + 0.5);
      for (int dune = 0; dune < 5; dune++) {
        double crest = 0.44 + 0.105 * dune + 0.075 * StrictMath.sin(x * (2.6 + 0.5 * dune) + dune * 2.4) + 0.02 * StrictMath.sin(x * 7 + dune);
        if (y > crest) {
          double slope = StrictMath.cos(x * (2.6 + 0.5 * dune) + dune * 2.4);
          double wind = 0.5 + 0.5 * StrictMath.sin((y - crest) * (420 - dune * 60) + 9 * fbm(x * 5, y * 5 + dune, 3));
          double[] sand = mix(rgb(0xE9A15B), rgb(0x9C4A2F), Math.clamp(0.45 - 0.5 * slope + 0.1 * dune, 0, 1));
          colour = mix(mix(sand, rgb(0xF7D7A0), Math.clamp(0.05 - (y - crest), 0, 0.05) * 9), rgb(0x5A2A27), 0.10 * wind * Math.clamp((y - crest) * 8, 0, 1) + 0.06 * dune);
        }
      }
      return colour;
    });
  }

  /// A city at night, with lit windows and its mirror in a river.
  static Picture city(int width, int height) {
    return Picture.painted(width, height, 2, (x, y) -> {
      boolean river = y > 0.80;
      double seen = river ? 1.60 - y + 0.006 * ((int) ((y - 0.8) * 60) % 2) : y;
      double[] colour = mix(rgb(0x16133A), rgb(0xE2688D), StrictMath.pow(StrictMath.floor(seen * 18) / 15, 2.2));
      if (!river && star(x, y * 1.4, 23)) colour = rgb(0xF7EFFF);
      double moon = square(x - 0.30) + square(seen - 0.22);
      if (moon < 0.0064) colour = moon < 0.0054 ? rgb(0xFFF0C9) : rgb(0xFFD9A0);
      for (int row = 0; row < 3; row++) {
        double block = 0.105 - row * 0.016;
        int house = (int) StrictMath.floor(x / block + row * 7.3);
        double left = (house - row * 7.3) * block;
        double roof = 0.62 - hash(house, row, 5) * (0.30 - row * 0.07) + row * 0.055;
        if (seen > roof && x - left < block * 0.94) {
          colour = rgb(new int[] {0x4B2C63, 0x2E2150, 0x171233}[row]);
          double wx = (x - left) % 0.0165;
          double wy = (seen - roof) % 0.0205;
          boolean lit = hash((int) ((x - left) / 0.0165) + house * 31, (int) ((seen - roof) / 0.0205), 3 + row) > 0.56;
          if (lit && wx > 0.005 && wx < 0.0135 && wy > 0.008 && wy < 0.017 && x - left < block * 0.88) {
            colour = rgb(new int[] {0xB9799A, 0xF0B86E, 0xFFD36B}[row]);
          }
        }
      }
      return river ? mix(colour, rgb(0x120F2B), 0.45) : colour;
    });
  }

  /// Waves with a red sun, after the woodcuts of old.
  static Picture waves(int width, int height) {
    return Picture.painted(width, height, 3, (x, y) -> {
      double[] colour = y < 0.30 ? rgb(0xF3E6C8) : rgb(0xEED9B0);
      if (square(x - 0.62) + square(y - 0.36) < 0.046) colour = rgb(0xC73E3A);
      double fuji = 0.52 - 0.16 * StrictMath.exp(-Math.abs(x - 0.26) * 5.5);
      if (y > fuji && y < 0.62) colour = y < 0.425 + 0.012 * StrictMath.sin(x * 90) ? rgb(0xFBF6EA) : rgb(0x7C8FA6);
      int[] blues = {0x8FB8C9, 0x4C87A8, 0x2A5F8A, 0x1B3F6B, 0x10274A};
      for (int wave = 0; wave < 5; wave++) {
        double radius = 0.085 + 0.012 * wave;
        double step = radius * 1.72;
        double base = 0.60 + wave * 0.088;
        double at = x + wave * step * 0.5;
        double centre = (StrictMath.floor(at / step) + 0.5) * step;
        double away = StrictMath.sqrt(square(at - centre) + square(y - base - radius * 0.62));
        if (away < radius || y > base + radius * 0.30) {
          int ring = (int) (away / (radius / 4.0));
          colour = away >= radius ? rgb(blues[wave]) : ring % 2 == 1 ? rgb(0xF7F1E3) : rgb(blues[wave]);
        }
      }
      return colour;
    });
  }

  /// A ringed planet over a plain.
  static Picture planet(int width, int height) {
    return Picture.painted(width, height, 3, (x, y) -> {
      double[] colour = mix(rgb(0x0B0F2A), rgb(0x5B2A6B), StrictMath.floor(y * 12) / 10);
      if (star(x, y, 41)) colour = rgb(0xFFF7E0);
      double dx = x - 0.5;
      double dy = y - 0.40;
      double away = StrictMath.sqrt(dx * dx + dy * dy);
      double u = dx * 0.94 + dy * 0.34;
      double v = (-dx * 0.34 + dy * 0.94) / 0.26;
      double ring = StrictMath.sqrt(u * u + v * v);
      boolean inRing = ring > 0.27 && ring < 0.42 && !(ring > 0.345 && ring < 0.36);
      boolean behind = inRing && v < 0;
      if (behind) colour = ring < 0.345 ? rgb(0xE8B37A) : rgb(0xB9826B);
      if (away < 0.21) {
        int band = (int) StrictMath.floor((-dx * 0.34 + dy * 0.94 + 0.21) * 19);
        colour = rgb(new int[] {0xF2A65A, 0xE8894A, 0xF4C78B, 0xD8733F}[band & 3]);
        if (square(dx + 0.065) + square(dy + 0.05) > 0.0441) colour = mix(colour, rgb(0x35173F), 0.55);
      }
      if (inRing && !behind) colour = ring < 0.345 ? rgb(0xF6CF9B) : rgb(0xCB9478);
      double hill = 0.83 + 0.04 * StrictMath.sin(x * 5.2 + 0.8) + 0.012 * StrictMath.sin(x * 17);
      double near = 0.91 + 0.03 * StrictMath.sin(x * 7.5 + 2.4);
      if (y > hill) colour = rgb(0x2A1745);
      if (y > near) colour = rgb(0x160C2B);
      return colour;
    });
  }

  /// The moon in one of its phases.
  /// @param phase 0 new, .5 full, 1 new again
  static Picture moon(int side, double phase) {
    return Picture.painted(side, side, 3, (x, y) -> {
      double[] colour = star(x * 0.8, y * 0.8, 61) ? rgb(0xCFD8F0) : rgb(0x10162F);
      double dx = (x - 0.5) / 0.34;
      double dy = (y - 0.5) / 0.34;
      if (dx * dx + dy * dy < 1) {
        double edge = StrictMath.sqrt(1 - dy * dy) * StrictMath.cos(2 * StrictMath.PI * phase);
        boolean lit = phase < 0.5 ? dx > edge : dx < -edge;
        double crater = fbm(dx * 2.6 + 4, dy * 2.6 + 1, 4);
        colour = lit ? (crater > 0.56 ? rgb(0xD9CFAF) : crater > 0.47 ? rgb(0xECE3C4) : rgb(0xF8F1DA)) : rgb(0x1E2547);
      }
      return colour;
    });
  }

  // ------------------------------------------------------------------------------------------------- the brushes

  private static double square(double value) {
    return value * value;
  }

  private static double[] rgb(int hex) {
    return new double[] {(hex >> 16 & 0xFF) / 255.0, (hex >> 8 & 0xFF) / 255.0, (hex & 0xFF) / 255.0};
  }

  private static double[] mix(double[] a, double[] b, double share) {
    double s = Math.clamp(share, 0, 1);
    return new double[] {a[0] + (b[0] - a[0]) * s, a[1] + (b[1] - a[1]) * s, a[2] + (b[2] - a[2]) * s};
  }

  private static double[] grain(double[] colour, double x, double y, double strength) {
    double noise = (hash((int) (x * 4099), (int) (y * 4099), 99) - 0.5) * 2 * strength;
    return new double[] {colour[0] + noise, colour[1] + noise, colour[2] + noise};
  }

  private static boolean star(double x, double y, int seed) {
    int cellX = (int) StrictMath.floor(x * 22);
    int cellY = (int) StrictMath.floor(y * 22);
    if (y > 0.55 || hash(cellX, cellY, seed) < 0.72) return false;
    double sx = (cellX + 0.2 + 0.6 * hash(cellX, cellY, seed + 1)) / 22;
    double sy = (cellY + 0.2 + 0.6 * hash(cellX, cellY, seed + 2)) / 22;
    return square(x - sx) + square(y - sy) < square(0.0012 + 0.0018 * hash(cellX, cellY, seed + 3));
  }

  /// Height of a row of firs over the ground at `x`, in the unit of `size`, a fir's greatest height.
  private static double firs(double x, double size, int seed) {
    double height = 0;
    double step = size * 0.42;
    int fir = (int) StrictMath.floor(x / step);
    for (int i = fir - 1; i <= fir + 1; i++) {
      double centre = (i + 0.5 + 0.5 * (hash(i, seed, 1) - 0.5)) * step;
      double tall = size * (0.55 + 0.45 * hash(i, seed, 2));
      double away = Math.abs(x - centre) / (tall * 0.30);
      double branches = 1 - away + 0.10 * (StrictMath.abs(StrictMath.sin(away * 19)) - 0.5);
      height = Math.max(height, tall * Math.min(1, branches));
    }
    return Math.max(0, height);
  }

  /// Fractal noise with creases, as weather cuts mountains; 0 to 1.
  private static double ridged(double x, int seed) {
    double sum = 0;
    double weight = 0.55;
    double frequency = 1;
    for (int octave = 0; octave < 6; octave++) {
      sum += weight * (1 - Math.abs(2 * noise(x * frequency, seed * 3.7, seed + octave) - 1));
      weight *= 0.48;
      frequency *= 2.03;
    }
    return sum;
  }

  /// Fractal value noise, 0 to 1.
  private static double fbm(double x, double y, int octaves) {
    double sum = 0;
    double weight = 0.5;
    double total = 0;
    double frequency = 1;
    for (int octave = 0; octave < octaves; octave++) {
      sum += weight * noise(x * frequency, y * frequency, octave);
      total += weight;
      weight *= 0.5;
      frequency *= 2;
    }
    return sum / total;
  }

  private static double noise(double x, double y, int seed) {
    int ix = (int) StrictMath.floor(x);
    int iy = (int) StrictMath.floor(y);
    double fx = x - ix;
    double fy = y - iy;
    fx = fx * fx * (3 - 2 * fx);
    fy = fy * fy * (3 - 2 * fy);
    double topLeft = hash(ix, iy, seed);
    double bottomLeft = hash(ix, iy + 1, seed);
    double top = topLeft + (hash(ix + 1, iy, seed) - topLeft) * fx;
    double bottom = bottomLeft + (hash(ix + 1, iy + 1, seed) - bottomLeft) * fx;
    return top + (bottom - top) * fy;
  }

  /// 0 to below 1, the same for the same three numbers.
  private static double hash(int x, int y, int seed) {
    int h = x * 0x27D4EB2D ^ y * 0x165667B1 ^ seed * 0x9E3779B1;
    h = (h ^ h >>> 15) * 0x85EBCA6B;
    h = (h ^ h >>> 13) * 0xC2B2AE35;
    return ((h ^ h >>> 16) >>> 8) / (double) (1 << 24);
  }
}
