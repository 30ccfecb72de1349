package resgen.spark;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.settings.Hashes;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.vision.BrokenFileException;
import resgen.vision.ImageFolder;
import resgen.vision.Images;
import resgen.vision.tokenizer.Tokenizer;

/**
 * The tokens of a folder of pictures of any size, as Parquet: pictures are read, scaled and encoded
 * where the tasks are, and nothing but codes comes back. A row for each picture, in the order of
 * the paths:
 *
 * <table>
 * <caption>Columns</caption>
 * <tr><td>path</td><td>below the folder, with slashes: the key</td></tr>
 * <tr><td>class, label</td><td>name and number of its class</td></tr>
 * <tr><td>codes</td><td>L·D codes, two bytes each, the lower first; null if it is broken</td></tr>
 * <tr><td>broken</td><td>why it cannot be read; null if it can</td></tr>
 * <tr><td>tokenizer</td><td>fingerprint of the tokenizer, the same in all rows</td></tr>
 * <tr><td>picture</td><td>how pictures come to their size, the same in all rows</td></tr>
 * </table>
 *
 * <p>A picture is encoded together with its neighbours by path, always the same ones, so the rows
 * do not depend on the number of tasks.
 */
public final class FolderTokens {

  /** Pictures that are read and encoded together. */
  static final int BLOCK = 64;

  private static final StructType COLUMNS =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("class", DataTypes.StringType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("codes", DataTypes.BinaryType, true)
          .add("broken", DataTypes.StringType, true)
          .add("tokenizer", DataTypes.StringType, false)
          .add("picture", DataTypes.StringType, false);

  private FolderTokens() {}

  /**
   * What was written.
   *
   * @param pictures rows
   * @param broken how many of them could not be read
   * @param bytes of the pictures' codes before compression
   */
  public record Written(long pictures, long broken, long bytes) {}

  /** A picture that is to be read; {@code file} is absolute. */
  private record Entry(String file, String path, String name, int label) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** How a task makes rows. */
  private record Maker(
      Broadcast<Parcel> parcel,
      String directory,
      int size,
      boolean skip,
      int threads,
      ArrayList<String> classes)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    List<Row> rows(List<Entry> entries) {
      String device = Devices.prepare(threads);
      return Resident.use(
          "tokens " + parcel.value().hash() + " " + device,
          () ->
              parcel.value().unpacked(folder -> Tokenizer.load(folder + "/tokenizer.safetensors")),
          tokenizer -> rows(entries, tokenizer));
    }

    private List<Row> rows(List<Entry> entries, Tokenizer tokenizer) {
      String fingerprint = tokenizer.fingerprint();
      List<byte[]> pixels = new ArrayList<>();
      List<Optional<String>> broken = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      for (Entry entry : entries) {
        try {
          pixels.add(ImageFolder.pixels(Path.of(entry.file()), size));
          labels.add(entry.label());
          broken.add(Optional.empty());
        } catch (BrokenFileException e) {
          if (!skip) {
            throw e;
          }
          broken.add(Optional.of(e.reason()));
        }
      }
      Images images =
          Images.of(
                  directory,
                  3,
                  size,
                  size,
                  pixels.toArray(byte[][]::new),
                  labels.stream().mapToInt(Integer::intValue).toArray(),
                  classes)
              .withChannels(tokenizer.settings().autoencoder().channels());
      Codes codes = tokenizer.encode(images, resgen.vision.tokenizer.TokenCache.none()).codes();
      String picture = picture(size);
      List<Row> rows = new ArrayList<>();
      int at = 0;
      for (int i = 0; i < entries.size(); i++) {
        Entry entry = entries.get(i);
        byte[] own = broken.get(i).isPresent() ? null : bytes(codes.rows(at++));
        rows.add(
            RowFactory.create(
                entry.path(),
                entry.name(),
                entry.label(),
                own,
                broken.get(i).orElse(null),
                fingerprint,
                picture));
      }
      return rows;
    }
  }

  private static String picture(int size) {
    return "%d×%d".formatted(size, size);
  }

  private static byte[] bytes(int[] codes) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * codes.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int code : codes) {
      bytes.putShort((short) code);
    }
    return bytes.array();
  }

  /**
   * Writes the tokens of a folder's pictures.
   *
   * @param folder which every machine sees by this path; its size is the tokenizer's
   * @param tokenizer file of one
   * @param output a folder that is not there yet, on a file system that all machines see
   * @param progress told how many pictures are finished
   * @throws BrokenFileException as {@link ImageFolder#load}, of what the listing shows
   * @throws IllegalStateException naming a picture that cannot be read, unless those are skipped,
   *     or if the output is there already
   */
  public static Written write(
      SparkCluster cluster,
      ImageFolder folder,
      Path tokenizer,
      String output,
      IntConsumer progress) {
    var spark = cluster.context();
    List<String> classes = folder.classFolders();
    List<ArrayList<Entry>> blocks = blocks(entries(folder, classes));
    Broadcast<Parcel> parcel =
        spark.broadcast(Parcel.of(Map.of("tokenizer.safetensors", tokenizer)));
    Maker maker =
        new Maker(
            parcel,
            folder.directory().toString(),
            folder.size(),
            folder.broken() == ImageFolder.Broken.SKIP,
            spark.getConf().getInt("spark.task.cpus", 1),
            new ArrayList<>(classes));
    int parts =
        Math.min(
            blocks.size(), spark.getConf().getInt(SparkSettings.PARTITIONS, Integer.MAX_VALUE));
    int[] done = new int[1];
    Jobs jobs = new Jobs(spark);
    SparkListener listener =
        jobs.listener(
            begun -> {},
            ended ->
                progress.accept(
                    (int) ((long) BLOCK * blocks.size() * Math.min(parts, ++done[0]) / parts)));
    JavaRDD<ArrayList<Entry>> all = spark.parallelize(blocks, parts);
    JavaRDD<Row> rows =
        Devices.profile(spark.getConf())
            .map(all::withResources)
            .orElse(all)
            .flatMap(block -> maker.rows(block).iterator());
    spark.sc().addSparkListener(listener);
    try {
      jobs.run(
          "tokens",
          () -> {
            session(cluster)
                .createDataFrame(rows, COLUMNS)
                .write()
                .mode(SaveMode.ErrorIfExists)
                .option("compression", "zstd")
                .parquet(output);
            return output;
          });
      return written(cluster, output);
    } finally {
      spark.sc().removeSparkListener(listener);
      parcel.unpersist();
    }
  }

  private static Written written(SparkCluster cluster, String output) {
    return new Jobs(cluster.context())
        .run(
            "counting tokens",
            () -> {
              Dataset<Row> rows = session(cluster).read().parquet(output);
              long all = rows.count();
              long broken = rows.filter(col("broken").isNotNull()).count();
              int each =
                  all == broken
                      ? 0
                      : rows.filter(col("broken").isNull())
                          .select("codes")
                          .first()
                          .<byte[]>getAs(0)
                          .length;
              return new Written(all, broken, (all - broken) * each);
            });
  }

  private static List<Entry> entries(ImageFolder folder, List<String> classes) {
    Path root = folder.directory().toAbsolutePath().normalize();
    return folder.pictures().stream()
        .map(
            picture ->
                new Entry(
                    picture.file().toAbsolutePath().normalize().toString(),
                    root.relativize(picture.file().toAbsolutePath().normalize())
                        .toString()
                        .replace('\\', '/'),
                    classes.get(picture.label()),
                    picture.label()))
        .toList();
  }

  private static List<ArrayList<Entry>> blocks(List<Entry> entries) {
    List<ArrayList<Entry>> blocks = new ArrayList<>();
    for (int from = 0; from < entries.size(); from += BLOCK) {
      blocks.add(new ArrayList<>(entries.subList(from, Math.min(entries.size(), from + BLOCK))));
    }
    return blocks;
  }

  private static SparkSession session(SparkCluster cluster) {
    return SparkSession.builder().sparkContext(cluster.context().sc()).getOrCreate();
  }

  /**
   * The tokens that were written, as {@link Codec#encode} gives them of the folder's images: in the
   * order of {@link ImageFolder#load}, without what is broken. Their fingerprint is one of paths,
   * classes and codes, since no pixels are here.
   *
   * @param input what {@link #write} was given as output
   * @param tokenizer that made them
   * @throws IllegalArgumentException if they are of another tokenizer, or there are none
   */
  public static Tokens read(SparkCluster cluster, String input, Tokenizer tokenizer) {
    List<Row> rows = new Jobs(cluster.context()).run("reading tokens", () -> good(cluster, input));
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(input + " has no tokens");
    }
    List<String> of = rows.stream().map(row -> row.<String>getAs("tokenizer")).distinct().toList();
    if (!of.equals(List.of(tokenizer.fingerprint()))) {
      throw new IllegalArgumentException(
          "%s: tokens of the tokenizer %s, not of %s"
              .formatted(input, String.join(", ", of), tokenizer.fingerprint()));
    }
    int[] order = ImageFolder.order(rows.size());
    int each = tokenizer.spec().positions() * tokenizer.spec().depth();
    int[] codes = new int[Math.multiplyExact(rows.size(), each)];
    int[] labels = new int[rows.size()];
    MessageDigest digest = Hashes.digest();
    for (int i = 0; i < order.length; i++) {
      Row row = rows.get(order[i]);
      byte[] own = row.getAs("codes");
      ByteBuffer two = ByteBuffer.wrap(own).order(ByteOrder.LITTLE_ENDIAN);
      for (int k = 0; k < each; k++) {
        codes[i * each + k] = two.getShort() & 0xFFFF;
      }
      labels[i] = row.getAs("label");
      digest.update((row.getAs("path") + "\n" + labels[i]).getBytes(StandardCharsets.UTF_8));
      digest.update(own);
    }
    List<String> classes = classes(rows);
    return Tokens.of(
        Codes.of(codes, tokenizer.spec().positions(), tokenizer.spec().depth()),
        new Condition.Classes(labels, classes),
        tokenizer.layout(),
        tokenizer.codebooks(),
        Optional.<Codec<?>>of(tokenizer),
        HexFormat.of().formatHex(digest.digest()));
  }

  /** Rows that are not broken, by class and then by name: as a folder is listed. */
  private static List<Row> good(SparkCluster cluster, String input) {
    List<Row> rows =
        new ArrayList<>(
            session(cluster).read().parquet(input).filter(col("broken").isNull()).collectAsList());
    rows.sort(
        Comparator.comparing((Row row) -> row.<Integer>getAs("label"))
            .thenComparing(row -> row.<String>getAs("path")));
    return rows;
  }

  private static List<String> classes(List<Row> rows) {
    int count = rows.stream().mapToInt(row -> row.<Integer>getAs("label")).max().orElse(0) + 1;
    String[] names = new String[count];
    rows.forEach(row -> names[row.<Integer>getAs("label")] = row.getAs("class"));
    return IntStream.range(0, count).mapToObj(i -> names[i]).toList();
  }
}
