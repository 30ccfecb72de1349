package resgen.vision;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import resgen.Samples;
import resgen.codec.Media;
import resgen.token.Condition;

/**
 * An immutable set of labelled uint8 images of one size, held in memory, channels first (CHW).
 *
 * <p>Subsets share their pixels with the set they come from.
 */
public final class Images implements Media<Images> {
  private final String name;
  private final int channels;
  private final int height;
  private final int width;
  private final byte[][] pixels;
  private final int[] labels;
  private final List<String> classNames;
  private String fingerprint;

  private Images(
      String name,
      int channels,
      int height,
      int width,
      byte[][] pixels,
      int[] labels,
      List<String> classNames) {
    this.name = name;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.pixels = pixels;
    this.labels = labels;
    this.classNames = classNames;
  }

  /**
   * A set of images; the arrays are taken over and must not be written to afterwards.
   *
   * @param name what the set is called in tables, for example "fashion-mnist/test"
   * @param channels 1 (grey) or 3 (RGB)
   * @param pixels one array per image, {@code channels * height * width} bytes in CHW order
   * @param labels one class per image, an index into {@code classNames}
   * @throws IllegalArgumentException naming the first image that does not fit
   */
  public static Images of(
      String name,
      int channels,
      int height,
      int width,
      byte[][] pixels,
      int[] labels,
      List<String> classNames) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(name + ": channels must be 1 or 3, not " + channels);
    }
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(name + ": size must be positive: " + height + "×" + width);
    }
    int bytes = Math.multiplyExact(Math.multiplyExact(channels, height), width);
    Pixels.check(name, bytes, pixels, labels, classNames.size());
    return new Images(name, channels, height, width, pixels, labels, List.copyOf(classNames));
  }

  /**
   * Sets of the same size and classes one after another, under the first one's name. Some may have
   * a last class more than the others, {@link Condition.Classes#NO_CLASS}, as samples without a
   * class do.
   *
   * @throws IllegalArgumentException if sizes differ, or classes, naming both
   */
  public static Images concat(List<Images> sets) {
    Images first = sets.get(0);
    List<String> names =
        sets.stream().map(Images::classNames).max(Comparator.comparing(List::size)).orElseThrow();
    List<byte[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Images set : sets) {
      List<String> own = new ArrayList<>(set.classNames);
      if (own.size() < names.size()) {
        own.add(Condition.Classes.NO_CLASS);
      }
      if (!own.equals(names)) {
        throw new IllegalArgumentException(
            "%s has the classes %s, %s has %s"
                .formatted(set.name, set.classNames, first.name, names));
      }
      for (int i = 0; i < set.size(); i++) {
        pixels.add(set.pixels[i]);
        labels.add(set.label(i));
      }
    }
    return of(
        first.name(),
        first.channels(),
        first.height(),
        first.width(),
        pixels.toArray(new byte[0][]),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        names);
  }

  /**
   * Images from values in [-1, 1] as a network returns them; values outside are clamped.
   *
   * @param values N·C·H·W values
   * @param labels one class per image; its length is N
   */
  public static Images ofNormalized(
      String name,
      int channels,
      int height,
      int width,
      float[] values,
      int[] labels,
      List<String> classNames) {
    int bytes = channels * height * width;
    if (values.length != (long) labels.length * bytes) {
      throw new IllegalArgumentException(
          name + ": " + values.length + " values for " + labels.length + " images of " + bytes);
    }
    byte[][] pixels = new byte[labels.length][bytes];
    for (int i = 0; i < labels.length; i++) {
      for (int j = 0; j < bytes; j++) {
        pixels[i][j] = Pixels.denormalized(values[i * bytes + j]);
      }
    }
    return of(name, channels, height, width, pixels, labels.clone(), classNames);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return pixels.length;
  }

  /** 1 for grey, 3 for RGB. */
  public int channels() {
    return channels;
  }

  /** Rows of every image. */
  public int height() {
    return height;
  }

  /** Columns of every image. */
  public int width() {
    return width;
  }

  /** The names of the classes, by label. */
  public List<String> classNames() {
    return classNames;
  }

  /** {@inheritDoc} Samples that were asked for without a class are of a last one of their own. */
  @Override
  public Condition.Classes conditions() {
    return new Condition.Classes(labels, classNames);
  }

  /**
   * The images of generated samples.
   *
   * @throws IllegalArgumentException if they are no images
   */
  public static Images of(Samples samples) {
    return samples.as(Images.class);
  }

  @Override
  public Images and(List<Images> others) {
    List<Images> all = new ArrayList<>(List.of(this));
    all.addAll(others);
    return concat(all);
  }

  /** {@inheritDoc} A row of up to ten images for each class that occurs, twice as large. */
  @Override
  public BufferedImage preview() {
    return ImageGrid.byClass(this, 10, 2);
  }

  /** The picture that a notebook shows. */
  public BufferedImage toImage() {
    return preview();
  }

  /** The class of image {@code i}. */
  public int label(int i) {
    return labels[i];
  }

  /** The classes of all images; a copy. */
  public int[] labels() {
    return labels.clone();
  }

  /** The bytes of image {@code i}, CHW; a copy. */
  public byte[] pixels(int i) {
    return pixels[i].clone();
  }

  /** Copies the bytes of image {@code i}, CHW, into {@code target} from {@code offset} on. */
  public void copyPixels(int i, byte[] target, int offset) {
    System.arraycopy(pixels[i], 0, target, offset, pixels[i].length);
  }

  /**
   * The images at these indices, in this order; an index may come twice.
   *
   * @throws IndexOutOfBoundsException naming the index
   */
  @Override
  public Images subset(int... indices) {
    byte[][] chosen = new byte[indices.length][];
    int[] chosenLabels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      checkIndex(indices[i]);
      chosen[i] = pixels[indices[i]];
      chosenLabels[i] = labels[indices[i]];
    }
    return with(chosen, chosenLabels);
  }

  /** The first {@code count} images, or all of them if there are fewer. */
  public Images take(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("cannot take " + count + " images");
    }
    int n = Math.min(count, size());
    return with(Arrays.copyOf(pixels, n), Arrays.copyOf(labels, n));
  }

  /** The same images under another name. */
  public Images named(String newName) {
    return new Images(newName, channels, height, width, pixels, labels, classNames);
  }

  /** Whether every image has three equal channels, or one. */
  public boolean isGrey() {
    return firstColoured() < 0;
  }

  /** The first image whose channels differ; -1 if there is none. */
  private int firstColoured() {
    for (int i = 0; i < size(); i++) {
      if (!Pixels.isGrey(pixels[i], height * width)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The images with another number of channels, without loss: grey as three equal channels, three
   * equal channels as one.
   *
   * @param wanted 1 or 3
   * @throws IllegalArgumentException naming the first image that has colour, if 1 is wanted
   */
  public Images withChannels(int wanted) {
    if (wanted != 1 && wanted != 3) {
      throw new IllegalArgumentException(name + ": channels must be 1 or 3, not " + wanted);
    }
    if (wanted == channels) {
      return this;
    }
    if (wanted == 1 && !isGrey()) {
      throw new IllegalArgumentException(
          name + ": image " + firstColoured() + " has colour; 3 channels are needed, not 1");
    }
    int plane = height * width;
    byte[][] changed = new byte[size()][wanted * plane];
    for (int i = 0; i < changed.length; i++) {
      for (int c = 0; c < wanted; c++) {
        System.arraycopy(pixels[i], 0, changed[i], c * plane, plane);
      }
    }
    return new Images(name, wanted, height, width, changed, labels, classNames);
  }

  /**
   * The images in the middle of a larger frame of zeros (black); 28×28 becomes 32×32 with two
   * pixels on each side. An odd rest goes to the bottom and the right.
   *
   * @throws IllegalArgumentException if the frame is smaller than the images
   */
  public Images padTo(int newHeight, int newWidth) {
    if (newHeight < height || newWidth < width) {
      throw new IllegalArgumentException(
          name + ": cannot pad " + height + "×" + width + " to " + newHeight + "×" + newWidth);
    }
    if (newHeight == height && newWidth == width) {
      return this;
    }
    return reframed(newHeight, newWidth, (newHeight - height) / 2, (newWidth - width) / 2);
  }

  /**
   * The middle of the images; undoes {@link #padTo}.
   *
   * @throws IllegalArgumentException if the frame is larger than the images
   */
  public Images cropTo(int newHeight, int newWidth) {
    if (newHeight > height || newWidth > width || newHeight < 1 || newWidth < 1) {
      throw new IllegalArgumentException(
          name + ": cannot crop " + height + "×" + width + " to " + newHeight + "×" + newWidth);
    }
    return reframed(newHeight, newWidth, -((height - newHeight) / 2), -((width - newWidth) / 2));
  }

  private Images reframed(int newHeight, int newWidth, int top, int left) {
    byte[][] framed = new byte[size()][];
    for (int i = 0; i < framed.length; i++) {
      framed[i] = Pixels.reframed(pixels[i], height, width, newHeight, newWidth, top, left);
    }
    return new Images(name, channels, newHeight, newWidth, framed, labels, classNames);
  }

  /**
   * The images at these indices as floats, {@code value / 127.5 - 1}.
   *
   * @return values in [-1, 1], N·C·H·W
   */
  public float[] normalized(int... indices) {
    int bytes = channels * height * width;
    float[] values = new float[Math.multiplyExact(indices.length, bytes)];
    for (int i = 0; i < indices.length; i++) {
      checkIndex(indices[i]);
      byte[] image = pixels[indices[i]];
      int start = i * bytes;
      for (int j = 0; j < bytes; j++) {
        values[start + j] = Pixels.normalized(image[j]);
      }
    }
    return values;
  }

  /** {@inheritDoc} SHA-256 of shape, pixels and labels, 64 hex digits. */
  @Override
  public synchronized String fingerprint() {
    if (fingerprint == null) {
      fingerprint = Pixels.sha256(new int[] {size(), channels, height, width}, pixels, labels);
    }
    return fingerprint;
  }

  /** {@inheritDoc} Channels, height and width. */
  @Override
  public String shape() {
    return channels + "×" + height + "×" + width;
  }

  @Override
  public String toString() {
    return String.format(
        "%s: %,d images of %d×%d×%d in %d classes",
        name, size(), channels, height, width, classNames.size());
  }

  private void checkIndex(int i) {
    if (i < 0 || i >= size()) {
      throw new IndexOutOfBoundsException(
          name + ": no image " + i + ", expected 0.." + (size() - 1));
    }
  }

  private Images with(byte[][] newPixels, int[] newLabels) {
    return new Images(name, channels, height, width, newPixels, newLabels, classNames);
  }
}
