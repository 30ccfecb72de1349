package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import resgen.token.Batches;
import resgen.token.Codes;
import resgen.torch.Torch;
import resgen.vision.Images;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * How a tokenizer does on images, depth by depth.
 *
 * @param data name of the images
 * @param images how many
 * @param depths one row per depth, coarse first
 */
public record TokenizerStatistics(String data, int images, List<Depth> depths) {

  private static final int BATCH = 200;

  /**
   * One depth.
   *
   * @param depth counted from 1
   * @param codes V
   * @param used codes that occur at least once
   * @param perplexity exponential of the entropy of the codes' frequencies, 1 to V
   * @param sigma root of the mean squared residual entry after this depth, in scaled latents
   * @param psnr of the reconstruction from depths 1 to this one, in dB, from the mean squared error
   *     of all pixels of all images (0 to 255, cropped to the images' size)
   */
  public record Depth(
      int depth, int codes, int used, double perplexity, double sigma, double psnr) {

    /** Codes that never occur. */
    public int dead() {
      return codes - used;
    }

    /** Share of codes that occur. */
    public double usage() {
      return (double) used / codes;
    }
  }

  public TokenizerStatistics {
    depths = List.copyOf(depths);
  }

  /** Measures all depths; decodes every image once per depth. */
  public static TokenizerStatistics of(Tokenizer tokenizer, Images images) {
    if (images.size() == 0) {
      throw new IllegalArgumentException(images.name() + " holds no images to measure");
    }
    Codes codes = tokenizer.encode(images, TokenCache.none()).codes();
    double[] sigma = residuals(tokenizer, images, codes);
    List<Depth> rows = new ArrayList<>();
    for (int j = 0; j < codes.depth(); j++) {
      long[] counts = counts(codes, j, tokenizer.codebooks().codes());
      rows.add(
          new Depth(
              j + 1,
              counts.length,
              (int) Arrays.stream(counts).filter(n -> n > 0).count(),
              perplexity(counts),
              sigma[j],
              psnr(images, tokenizer.decode(codes.truncate(j + 1)))));
    }
    return new TokenizerStatistics(images.name(), images.size(), rows);
  }

  /** How often each code occurs at a depth counted from 0. */
  static long[] counts(Codes codes, int level, int of) {
    long[] counts = new long[of];
    for (int i = 0; i < codes.size(); i++) {
      for (int p = 0; p < codes.positions(); p++) {
        counts[codes.get(i, p, level)]++;
      }
    }
    return counts;
  }

  static double perplexity(long[] counts) {
    double total = Arrays.stream(counts).sum();
    double entropy = 0;
    for (long n : counts) {
      if (n > 0) {
        entropy -= n / total * Math.log(n / total);
      }
    }
    return Math.exp(entropy);
  }

  /**
   * Peak signal-to-noise ratio in dB: {@code 10·log10(255² / mean squared error)}, the mean over
   * all pixels of all images; infinite for equal images.
   */
  public static double psnr(Images original, Images decoded) {
    if (original.size() != decoded.size()) {
      throw new IllegalArgumentException(
          original.size() + " images cannot be compared with " + decoded.size());
    }
    double sum = 0;
    long count = 0;
    for (int i = 0; i < original.size(); i++) {
      byte[] a = original.pixels(i);
      byte[] b = decoded.pixels(i);
      for (int k = 0; k < a.length; k++) {
        double difference = (a[k] & 0xFF) - (b[k] & 0xFF);
        sum += difference * difference;
      }
      count += a.length;
    }
    return 10 * Math.log10(255.0 * 255.0 * count / sum);
  }

  private static double[] residuals(Tokenizer tokenizer, Images images, Codes codes) {
    int depth = codes.depth();
    double[] sums = new double[depth];
    for (int[] batch : Batches.inOrder(images.size(), BATCH)) {
      float[] squares =
          Torch.scoped(
              () -> {
                NDArray z = tokenizer.encode(tokenizer.pixels(images, batch)); // [B, L, H]
                return tokenizer
                    .codebooks()
                    .encode(z.reshape(-1, tokenizer.codebooks().dimension()))
                    .errors()
                    .toFloatArray();
              });
      for (int i = 0; i < squares.length; i++) {
        sums[i % depth] += squares[i];
      }
    }
    double entries = (double) images.size() * codes.positions() * tokenizer.codebooks().dimension();
    return Arrays.stream(sums).map(s -> Math.sqrt(s / entries)).toArray();
  }

  /** PSNR of the whole reconstruction, in dB. */
  public double psnr() {
    return depths.get(depths.size() - 1).psnr();
  }

  /** One row per depth. */
  public Table table() {
    IntColumn depth = IntColumn.create("depth");
    IntColumn used = IntColumn.create("used");
    IntColumn dead = IntColumn.create("dead");
    DoubleColumn usage = DoubleColumn.create("usage");
    DoubleColumn perplexity = DoubleColumn.create("perplexity");
    DoubleColumn sigma = DoubleColumn.create("residual_sigma");
    DoubleColumn psnr = DoubleColumn.create("psnr_db");
    for (Depth row : depths) {
      depth.append(row.depth());
      used.append(row.used());
      dead.append(row.dead());
      usage.append(row.usage());
      perplexity.append(row.perplexity());
      sigma.append(row.sigma());
      psnr.append(row.psnr());
    }
    return Table.create(
        "tokenizer on " + data + " (" + images + " images)",
        depth,
        used,
        dead,
        usage,
        perplexity,
        sigma,
        psnr);
  }
}
