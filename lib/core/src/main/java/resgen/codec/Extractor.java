package resgen.codec;

import java.util.List;

/**
 * A network whose features of media are compared. What an extractor does to reach its own input is
 * {@link #preparation}.
 *
 * <p>The same set gives the same features, bit for bit on one machine and thread count; what is in
 * another set too gives them there up to float rounding.
 *
 * @param <X> the media
 */
public interface Extractor<X extends Media<X>> extends AutoCloseable {

  /** The name of the one network whose Fréchet distance may be called FID. */
  String FID = "inception-2015-12-05";

  /** What the network is called in protocols. */
  String name();

  /** First 12 hexadecimal digits of the SHA-256 of weights and structure. */
  String hash();

  /**
   * What the Fréchet distance between its features is called: "FID" by {@link #FID} and by nothing
   * else.
   */
  String metric();

  /** Length of a feature vector. */
  int dimension();

  /** Names of the classes that it scores; empty if it scores none. */
  List<String> classNames();

  /** What is done to media before the network, in words for protocols. */
  String preparation(X media);

  /**
   * Features, and scores if it has any, of all.
   *
   * <p>The thread's interrupt ends the work between two batches.
   *
   * @throws java.util.concurrent.CancellationException if interrupted; the interrupt stays set
   */
  Extraction extract(X media);

  /** The features of all. */
  default Features features(X media) {
    return extract(media).features();
  }

  /** What the kernel distance between its features is called: "KID" only beside "FID". */
  default String kernelMetric() {
    return metric().equals("FID") ? "KID" : metric().replaceFirst("^FD", "KD");
  }

  @Override
  void close();
}
