package resgen.vision.tokenizer;

import java.util.List;
import resgen.train.Training;

/**
 * Where a tokenizer comes from and what it fits.
 *
 * @param data name of the images that it learned from
 * @param dataFingerprint their fingerprint
 * @param height rows of its images, before padding
 * @param width columns of its images, before padding
 * @param classNames names of their classes
 * @param training settings of its training
 * @param step steps done
 * @param commit of the source that made it
 */
public record TokenizerOrigin(
    String data,
    String dataFingerprint,
    int height,
    int width,
    List<String> classNames,
    Training training,
    long step,
    String commit) {

  public TokenizerOrigin {
    classNames = List.copyOf(classNames);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "image size " + height + "×" + width + " must be at least 1×1");
    }
  }
}
