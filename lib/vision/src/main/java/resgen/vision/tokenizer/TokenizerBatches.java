package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import resgen.quantize.Codebooks;
import resgen.token.Codes;
import resgen.torch.Torch;
import resgen.vision.Images;

/** Takes sets of any size through a tokenizer in batches, and leaves no arrays behind. */
final class TokenizerBatches {

  private static final int ENCODED = 200;
  private static final int DECODED = 32;

  private TokenizerBatches() {}

  /** Images in a batch of the encoder: 200 of 32×32, fewer of larger ones. */
  private static int encoded(Tokenizer tokenizer) {
    return batch(tokenizer, ENCODED);
  }

  /** Images in a batch of the decoder: 32 of 32×32, fewer of larger ones. */
  static int decoded(Tokenizer tokenizer) {
    return batch(tokenizer, DECODED);
  }

  private static int batch(Tokenizer tokenizer, int most) {
    int side = tokenizer.settings().autoencoder().imageSize();
    return Math.max(1, Math.min(most, most * 32 * 32 / (side * side)));
  }

  /** Between two batches, an interrupt ends the work; it stays set. */
  private static void goOn(int done, int of, String what) {
    if (done > 0 && Thread.currentThread().isInterrupted()) {
      throw new CancellationException(
          "interrupted after " + what + " " + done + " of " + of + " images");
    }
  }

  /** {@link Tokenizer#pixels}. */
  static NDArray pixels(Tokenizer tokenizer, Images images, int... chosen) {
    int side = tokenizer.settings().autoencoder().imageSize();
    Images padded = images.subset(chosen).padTo(side, side);
    int[] all = IntStream.range(0, chosen.length).toArray();
    return Torch.floats(
        tokenizer.manager(), padded.normalized(all), chosen.length, padded.channels(), side, side);
  }

  static void check(Tokenizer tokenizer, Images images) {
    int channels = tokenizer.settings().autoencoder().channels();
    TokenizerOrigin origin = tokenizer.origin();
    if (images.channels() != channels
        || images.height() != origin.height()
        || images.width() != origin.width()) {
      throw new IllegalArgumentException(
          "%s: images of %d×%d×%d; this tokenizer takes %d×%d×%d"
              .formatted(
                  images.name(),
                  images.channels(),
                  images.height(),
                  images.width(),
                  channels,
                  origin.height(),
                  origin.width()));
    }
  }

  static Codes codes(Tokenizer tokenizer, Images images) {
    Codebooks books = tokenizer.codebooks();
    int positions = tokenizer.settings().positions();
    int each = positions * books.depth();
    int[] all = new int[Math.multiplyExact(images.size(), each)];
    int size = encoded(tokenizer);
    for (int from = 0; from < images.size(); from += size) {
      goOn(from, images.size(), "encoding");
      int[] rows = IntStream.range(from, Math.min(images.size(), from + size)).toArray();
      long[] codes =
          Torch.scoped(
              () -> {
                NDArray z = tokenizer.encode(tokenizer.pixels(images, rows)); // [B, L, H]
                return books.encode(z.reshape(-1, books.dimension())).codes().toLongArray();
              });
      for (int i = 0; i < codes.length; i++) {
        all[from * each + i] = (int) codes[i];
      }
    }
    return Codes.of(all, positions, books.depth());
  }

  /** The scaled latents of all images, {@code [N·L, H]} in row order. */
  static float[] latents(Tokenizer tokenizer, Images images) {
    check(tokenizer, images);
    int each = tokenizer.settings().positions() * tokenizer.codebooks().dimension();
    float[] all = new float[Math.multiplyExact(images.size(), each)];
    int size = encoded(tokenizer);
    for (int from = 0; from < images.size(); from += size) {
      goOn(from, images.size(), "encoding");
      int[] rows = IntStream.range(from, Math.min(images.size(), from + size)).toArray();
      float[] some =
          Torch.scoped(() -> tokenizer.encode(tokenizer.pixels(images, rows)).toFloatArray());
      System.arraycopy(some, 0, all, from * each, some.length);
    }
    return all;
  }

  static Images images(Tokenizer tokenizer, Codes codes, int[] labels, List<String> names) {
    TokenizerSettings settings = tokenizer.settings();
    int depth = tokenizer.codebooks().depth();
    if (codes.positions() != settings.positions() || codes.depth() > depth) {
      throw new IllegalArgumentException(
          "codes of %d positions × %d depths; this tokenizer's are %d × at most %d"
              .formatted(codes.positions(), codes.depth(), settings.positions(), depth));
    }
    int side = settings.autoencoder().imageSize();
    int each = settings.autoencoder().channels() * side * side;
    int size = decoded(tokenizer);
    float[] values = new float[Math.multiplyExact(codes.size(), each)];
    for (int from = 0; from < codes.size(); from += size) {
      goOn(from, codes.size(), "decoding");
      int[] rows = IntStream.range(from, Math.min(codes.size(), from + size)).toArray();
      float[] some =
          Torch.scoped(() -> tokenizer.decode(sums(tokenizer, codes, rows)).toFloatArray());
      System.arraycopy(some, 0, values, from * each, some.length);
    }
    return cropped(tokenizer, "decoded", values, labels, names);
  }

  static Images partly(Tokenizer tokenizer, Codes codes, int image, int[][] visible) {
    int l = codes.positions();
    int n = visible.length;
    int[] rows = new int[n];
    Arrays.fill(rows, image);
    int[] seen = Arrays.stream(visible).flatMapToInt(IntStream::of).toArray();
    Codebooks books = tokenizer.codebooks();
    float[] values =
        Torch.scoped(
            () -> {
              NDArray array =
                  Torch.longs(tokenizer.manager(), codes.rows(rows), (long) n * l, codes.depth());
              NDArray sums =
                  books.sums(array, Torch.longs(tokenizer.manager(), seen, (long) n * l)).visible();
              return tokenizer.decode(sums.reshape(n, l, books.dimension())).toFloatArray();
            });
    return cropped(tokenizer, "unmasking", values, new int[n], tokenizer.classNames());
  }

  private static Images cropped(
      Tokenizer tokenizer, String name, float[] values, int[] labels, List<String> names) {
    AutoencoderSettings s = tokenizer.settings().autoencoder();
    TokenizerOrigin origin = tokenizer.origin();
    return Images.ofNormalized(
            name, s.channels(), s.imageSize(), s.imageSize(), values, labels, names)
        .cropTo(origin.height(), origin.width());
  }

  /** Σ_j e(x_j; j) over the depths that the codes have: {@code [n, L, H]}. */
  static NDArray sums(Tokenizer tokenizer, Codes codes, int... rows) {
    NDArray array =
        Torch.longs(
            tokenizer.manager(),
            codes.rows(rows),
            (long) rows.length * codes.positions(),
            codes.depth()); // [n·L, d]
    return tokenizer
        .codebooks()
        .truncate(codes.depth())
        .decode(array)
        .reshape(rows.length, codes.positions(), tokenizer.codebooks().dimension());
  }
}
