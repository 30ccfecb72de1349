package resgen.vision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CIFAR-10 (Krizhevsky 2009) in its own binary format: 50,000 training and 10,000 test images,
 * 3×32×32, ten classes. Not part of the project; the user names the directory that holds {@code
 * data_batch_1.bin} to {@code data_batch_5.bin} and {@code test_batch.bin}.
 *
 * <p>A file is a row of records: one label byte, then 1024 red, 1024 green, 1024 blue bytes.
 */
public final class Cifar10 {
  /** The ten classes, by label. */
  public static final List<String> CLASS_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final int SIZE = 32;
  private static final int PIXELS = 3 * SIZE * SIZE;
  private static final int RECORD = 1 + PIXELS;
  private static final int PER_FILE = 10_000;

  private Cifar10() {}

  /** Whether a folder has its files. */
  public static boolean isAt(Path folder) {
    return Files.exists(folder.resolve("data_batch_1.bin"));
  }

  /** The 50,000 training images. */
  public static Images train(Path directory) {
    List<Path> files =
        IntStream.rangeClosed(1, 5)
            .mapToObj(i -> directory.resolve("data_batch_" + i + ".bin"))
            .toList();
    return read("cifar10/train", files, PER_FILE);
  }

  /** The 10,000 test images. */
  public static Images test(Path directory) {
    return read("cifar10/test", List.of(directory.resolve("test_batch.bin")), PER_FILE);
  }

  /**
   * Reads binary files one after the other.
   *
   * @param perFile records that each file must hold
   * @throws BrokenFileException naming the file that is missing, of another length, or wrong inside
   */
  static Images read(String name, List<Path> files, int perFile) {
    List<byte[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Path file : files) {
      byte[] bytes = bytes(file, perFile);
      for (int at = 0; at < bytes.length; at += RECORD) {
        int label = bytes[at] & 0xFF;
        if (label >= CLASS_NAMES.size()) {
          throw new BrokenFileException(
              file, "label " + label + " in record " + at / RECORD + ", expected 0..9");
        }
        labels.add(label);
        pixels.add(Arrays.copyOfRange(bytes, at + 1, at + RECORD));
      }
    }
    int[] classes = labels.stream().mapToInt(Integer::intValue).toArray();
    return Images.of(name, 3, SIZE, SIZE, pixels.toArray(byte[][]::new), classes, CLASS_NAMES);
  }

  private static byte[] bytes(Path file, int records) {
    if (!Files.isRegularFile(file)) {
      throw new BrokenFileException(file, "no such file; expected CIFAR-10's binary version");
    }
    try {
      long length = Files.size(file);
      long expected = (long) records * RECORD;
      if (length != expected) {
        throw new BrokenFileException(
            file, length + " bytes, expected " + expected + " (" + records + " records of 3073)");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BrokenFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
