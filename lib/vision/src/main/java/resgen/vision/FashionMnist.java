package resgen.vision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import resgen.settings.DataHome;

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): 60,000 training and 10,000 test pictures of
 * clothes, 1×28×28, ten classes. The project holds it, in {@code data/fashion-mnist}.
 */
public final class FashionMnist {
  /** The ten classes, by label. */
  public static final List<String> CLASS_NAMES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final int SIZE = 28;

  private FashionMnist() {}

  /** The 60,000 training images. */
  public static Images train() {
    return train(DataHome.path("fashion-mnist"));
  }

  /** The 10,000 test images. */
  public static Images test() {
    return test(DataHome.path("fashion-mnist"));
  }

  /**
   * The training images from another directory, which holds the four gzipped IDX files, or the
   * pictures as {@link FashionMnistPack} writes them.
   *
   * @throws BrokenFileException naming a file that is missing or damaged
   */
  public static Images train(Path directory) {
    return read(directory, "train", "fashion-mnist/train");
  }

  /** The test images from another directory; as {@link #train(Path)}. */
  public static Images test(Path directory) {
    return read(directory, "t10k", "fashion-mnist/test");
  }

  /** The name of a picture file as published. */
  static String published(String prefix) {
    return prefix + "-images-idx3-ubyte.gz";
  }

  /** The name of a picture file as {@link FashionMnistPack} writes it. */
  static String packed(String prefix) {
    return prefix + "-images-columns.xz";
  }

  private static Images read(Path directory, String prefix, String name) {
    Path published = directory.resolve(published(prefix));
    boolean packed = !Files.exists(published);
    Path imageFile = packed ? directory.resolve(packed(prefix)) : published;
    Path labelFile = directory.resolve(prefix + "-labels-idx1-ubyte.gz");
    Idx images = packed ? Idx.read(imageFile, 3).transposed() : Idx.read(imageFile, 3);
    Idx labels = Idx.read(labelFile, 1);
    int[] shape = images.shape();
    if (shape[1] != SIZE || shape[2] != SIZE) {
      throw new BrokenFileException(
          imageFile, "images of " + shape[1] + "×" + shape[2] + ", expected 28×28");
    }
    if (labels.shape()[0] != shape[0]) {
      throw new BrokenFileException(
          labelFile, labels.shape()[0] + " labels, expected " + shape[0] + " as there are images");
    }
    int bytes = SIZE * SIZE;
    byte[][] pixels = new byte[shape[0]][];
    int[] classes = new int[shape[0]];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Arrays.copyOfRange(images.bytes(), i * bytes, (i + 1) * bytes);
      classes[i] = labels.bytes()[i] & 0xFF;
      if (classes[i] >= CLASS_NAMES.size()) {
        throw new BrokenFileException(
            labelFile, "label " + classes[i] + " at " + i + ", expected 0..9");
      }
    }
    return Images.of(name, 1, SIZE, SIZE, pixels, classes, CLASS_NAMES);
  }
}
