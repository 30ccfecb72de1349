package resgen.vision.extract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import resgen.codec.Extraction;
import resgen.codec.Features;
import resgen.token.Batches;
import resgen.torch.Kernel;
import resgen.torch.Torch;
import resgen.vision.Images;

/** What extractors share: images as their networks take them, batch by batch. */
final class ImageInput {

  private static final int BATCH = 100;
  private static final int BATCH_ON_GPU = 1000; // there launches take longer than the work

  private ImageInput() {}

  /** What {@link #normalized} does to images, in words. */
  static String words(Images images, int channels, int size) {
    StringBuilder words = new StringBuilder();
    words.append(images.height()).append('×').append(images.width());
    if (images.height() != size || images.width() != size) {
      words.append(", bilinear to ").append(size).append('×').append(size);
    }
    if (images.channels() != channels) {
      words.append(channels == 1 ? ", RGB to grey" : ", grey to RGB");
    }
    return words.toString();
  }

  /**
   * Images in [-1, 1] of a size and channel count: resized with anti-aliased bilinear
   * interpolation, grey repeated as RGB, or RGB to grey by Rec. 601 luma.
   *
   * @return {@code [B, channels, size, size]}
   */
  static NDArray normalized(NDManager manager, Images images, int channels, int size, int[] batch) {
    NDArray x =
        Torch.floats(
            manager,
            images.normalized(batch),
            batch.length,
            images.channels(),
            images.height(),
            images.width());
    if (images.channels() != channels) {
      x = Kernel.of("image_input").call(channels == 1 ? "grey" : "rgb", x).head();
    }
    if (images.height() != size || images.width() != size) {
      x = Kernel.of("image_input").call("resize", x, size).head();
    }
    return x;
  }

  /**
   * Images as they are in memory, grey ones repeated as RGB.
   *
   * @return uint8 {@code [B, 3, H, W]}
   */
  static NDArray rgbBytes(NDManager manager, Images images, int[] batch) {
    int plane = images.height() * images.width();
    int each = images.channels() * plane;
    ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(batch.length, 3 * plane));
    byte[] pixels = new byte[each];
    for (int image : batch) {
      images.copyPixels(image, pixels, 0);
      for (int channel = 0; channel < 3; channel++) {
        bytes.put(pixels, images.channels() == 1 ? 0 : channel * plane, plane);
      }
    }
    Shape shape = new Shape(batch.length, 3, images.height(), images.width());
    return manager.create(bytes.flip(), shape, DataType.UINT8);
  }

  /**
   * Runs a network over all images.
   *
   * @param network of a batch's indices: features {@code [B, F]} and, if it has them, scores {@code
   *     [B, classes]}
   */
  static Extraction extract(Images images, Function<int[], NDList> network) {
    if (images.size() == 0) {
      throw new IllegalArgumentException(images.name() + ": no images, so no features");
    }
    float[][] all = null;
    int size = Torch.device().isGpu() ? BATCH_ON_GPU : BATCH;
    for (int[] batch : Batches.inOrder(images.size(), size)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after " + batch[0] + " of " + images.size() + " images");
      }
      float[][] rows =
          Torch.scoped(
              () ->
                  network.apply(batch).stream().map(NDArray::toFloatArray).toArray(float[][]::new));
      if (all == null) {
        all = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
          all[i] = new float[Math.multiplyExact(rows[i].length / batch.length, images.size())];
        }
      }
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(
            rows[i], 0, all[i], batch[0] * (rows[i].length / batch.length), rows[i].length);
      }
    }
    List<Features> parts =
        Arrays.stream(all).map(a -> Features.of(a.length / images.size(), a)).toList();
    return new Extraction(
        parts.get(0), parts.size() > 1 ? Optional.of(parts.get(1)) : Optional.empty());
  }
}
