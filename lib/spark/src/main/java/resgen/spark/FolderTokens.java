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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;
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
import resgen.lab.cluster.FolderJob;
import resgen.settings.Hashes;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.vision.BrokenFileException;
import resgen.vision.ImageFolder;
import resgen.vision.Images;
import resgen.vision.tokenizer.TokenCache;
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
 * </table>
 *
 * <p>A picture is encoded together with its neighbours by path, always the same ones, so the rows
 * do not depend on the number of tasks.
 */
final class FolderTokens {

  /** Pictures that are read and encoded together. */
  static final int BLOCK = 64;

  private static final StructType COLUMNS =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("class", DataTypes.StringType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("codes", DataTypes.BinaryType, true)
          .add("broken", DataTypes.StringType, true)
          .add("tokenizer", DataTypes.StringType, false);

  private FolderTokens() {}

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
      List<Entry> good = new ArrayList<>();
      List<byte[]> pixels = new ArrayList<>();
      Map<Entry, String> broken = new HashMap<>();
      for (Entry entry : entries) {
        try {
          pixels.add(ImageFolder.pixels(Path.of(entry.file()), size));
          good.add(entry);
        } catch (BrokenFileException e) {
          if (!skip) {
            throw e;
          }
          broken.put(entry, e.reason());
        }
      }
      Map<Entry, byte[]> codes = new HashMap<>();
      if (!good.isEmpty()) {
        Codes all = tokenizer.encode(images(good, pixels, tokenizer), TokenCache.none()).codes();
        for (int i = 0; i < good.size(); i++) {
          codes.put(good.get(i), bytes(all.rows(i)));
        }
      }
      String fingerprint = tokenizer.fingerprint();
      return entries.stream()
          .map(
              entry ->
                  RowFactory.create(
                      entry.path(),
                      entry.name(),
                      entry.label(),
                      codes.get(entry),
                      broken.get(entry),
                      fingerprint))
          .toList();
    }

    private Images images(List<Entry> entries, List<byte[]> pixels, Tokenizer tokenizer) {
      return Images.of(
              directory,
              3,
              size,
              size,
              pixels.toArray(byte[][]::new),
              entries.stream().mapToInt(Entry::label).toArray(),
              classes)
          .withChannels(tokenizer.settings().autoencoder().channels());
    }
  }

  private static byte[] bytes(int[] codes) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * codes.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int code : codes) {
      bytes.putShort((short) code);
    }
    return bytes.array();
  }

  /** As {@link SparkCluster#tokens(FolderJob, IntConsumer)}. */
  static FolderJob.Written write(SparkCluster cluster, FolderJob job, IntConsumer progress) {
    var spark = cluster.context();
    ImageFolder folder = folder(job);
    List<String> classes = folder.classFolders();
    List<ArrayList<Entry>> blocks = blocks(entries(folder, classes));
    Broadcast<Parcel> parcel =
        spark.broadcast(Parcel.of(Map.of("tokenizer.safetensors", Path.of(job.tokenizer()))));
    Maker maker =
        new Maker(
            parcel,
            folder.directory().toString(),
            folder.size(),
            job.skipBroken(),
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
                .parquet(job.output());
            return job.output();
          });
      return written(cluster, job.output());
    } finally {
      spark.sc().removeSparkListener(listener);
      parcel.unpersist();
    }
  }

  /** The folder, with pictures of the size that the tokenizer has been trained with. */
  private static ImageFolder folder(FolderJob job) {
    try (Tokenizer tokenizer = Tokenizer.load(job.tokenizer())) {
      Tokenizer.Origin origin = tokenizer.origin();
      if (origin.height() != origin.width()) {
        throw new IllegalArgumentException(
            "%s takes images of %d×%d, and pictures of a folder become squares"
                .formatted(job.tokenizer(), origin.height(), origin.width()));
      }
      ImageFolder all = ImageFolder.at(Path.of(job.folder())).withSize(origin.width());
      return job.skipBroken() ? all.skippingBroken() : all;
    }
  }

  private static FolderJob.Written written(SparkCluster cluster, String output) {
    return new Jobs(cluster.context())
        .run(
            "counting tokens",
            () -> {
              Dataset<Row> rows = session(cluster).read().parquet(output);
              Dataset<Row> broken = rows.filter(col("broken").isNotNull());
              TreeMap<String, String> reasons = new TreeMap<>();
              broken
                  .select("path", "broken")
                  .takeAsList(FolderJob.NAMED)
                  .forEach(row -> reasons.put(row.getString(0), row.getString(1)));
              return new FolderJob.Written(rows.count(), broken.count(), reasons);
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

  /** As {@link SparkCluster#tokens(String, Codec)}. */
  static Tokens read(SparkCluster cluster, String input, Codec<?> tokenizer) {
    List<Row> all = new Jobs(cluster.context()).run("reading tokens", () -> rows(cluster, input));
    List<Row> rows = all.stream().filter(row -> row.getAs("broken") == null).toList();
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
    return Tokens.of(
        Codes.of(codes, tokenizer.spec().positions(), tokenizer.spec().depth()),
        new Condition.Classes(labels, classes(input, all)),
        tokenizer.layout(),
        tokenizer.codebooks(),
        Optional.of(tokenizer),
        HexFormat.of().formatHex(digest.digest()));
  }

  /** All rows, by class and then by name: as a folder is listed. */
  private static List<Row> rows(SparkCluster cluster, String input) {
    List<Row> rows = new ArrayList<>(session(cluster).read().parquet(input).collectAsList());
    rows.sort(
        Comparator.comparing((Row row) -> row.<Integer>getAs("label"))
            .thenComparing(row -> row.<String>getAs("path")));
    return rows;
  }

  /** Names by label; rows are in the order of their labels. */
  private static List<String> classes(String input, List<Row> rows) {
    Map<String, Boolean> readable = new LinkedHashMap<>();
    rows.forEach(
        row -> readable.merge(row.getAs("class"), row.getAs("broken") == null, Boolean::logicalOr));
    readable.forEach(
        (name, any) -> {
          if (!any) {
            throw new IllegalArgumentException(
                "%s: none of the pictures of the class %s could be read".formatted(input, name));
          }
        });
    return List.copyOf(readable.keySet());
  }
}
