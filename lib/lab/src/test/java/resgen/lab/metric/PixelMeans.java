package resgen.lab.metric;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.codec.Features;
import resgen.vision.Images;

/** An extractor without a network: means of four bands of rows; scores tell above from below. */
public final class PixelMeans implements Extractor<Images> {

  private static final int BANDS = 4;

  /** How often it was asked. */
  public int calls;

  /** At which call its thread is interrupted; none if 0. */
  public int interruptAt;

  private final String name;

  /** An extractor of this name. */
  public PixelMeans(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String hash() {
    return "00112233aabb";
  }

  @Override
  public String metric() {
    return "FD-Pixels";
  }

  @Override
  public int dimension() {
    return BANDS;
  }

  @Override
  public List<String> classNames() {
    return List.of("above", "below");
  }

  @Override
  public String preparation(Images images) {
    return images.height() + "×" + images.width();
  }

  @Override
  public Extraction extract(Images images) {
    if (++calls == interruptAt) {
      Thread.currentThread().interrupt();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
    float[] features = new float[images.size() * BANDS];
    float[] scores = new float[images.size() * 2];
    for (int i = 0; i < images.size(); i++) {
      byte[] pixels = images.pixels(i);
      for (int at = 0; at < pixels.length; at++) {
        int band = at * BANDS / pixels.length;
        features[i * BANDS + band] += (pixels[at] & 0xFF) / 64f / pixels.length * BANDS;
      }
      scores[2 * i] = features[i * BANDS];
      scores[2 * i + 1] = features[i * BANDS + BANDS - 1];
    }
    return new Extraction(Features.of(BANDS, features), Optional.of(Features.of(2, scores)));
  }

  @Override
  public void close() {}
}
