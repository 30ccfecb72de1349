package resgen.eval;

import java.util.List;
import resgen.data.Images;

/**
 * A network whose features of images are compared. Extractors take images of any size and of 1 or 3
 * channels; what they do to reach their own input size is {@link #preparation}.
 *
 * <p>The same set of images gives the same features, bit for bit on one machine and thread count;
 * an image in another set gives them up to float rounding.
 */
public interface FeatureExtractor extends AutoCloseable {

  /** What the network is called in protocols. */
  String name();

  /** First 12 hexadecimal digits of the SHA-256 of weights and structure. */
  String hash();

  /**
   * What the Fréchet distance between its features is called: "FID" by {@link
   * Protocol#FID_EXTRACTOR} and by nothing else.
   */
  String metric();

  /** Length of a feature vector. */
  int dimension();

  /** Names of the classes that it scores; empty if it scores none. */
  List<String> classNames();

  /** What is done to images before the network, in words for protocols. */
  String preparation(Images images);

  /**
   * Features, and scores if it has any, of all images.
   *
   * <p>The thread's interrupt ends the work between two batches.
   *
   * @throws java.util.concurrent.CancellationException if interrupted; the interrupt stays set
   */
  Extraction extract(Images images);

  /** The features of all images. */
  default Features features(Images images) {
    return extract(images).features();
  }

  /** What the kernel distance between its features is called: "KID" only beside "FID". */
  default String kernelMetric() {
    return metric().equals("FID") ? "KID" : metric().replaceFirst("^FD", "KD");
  }

  @Override
  void close();
}
