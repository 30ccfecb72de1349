package resgen.spark;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import resgen.settings.DataHome;
import resgen.settings.UserCache;

/**
 * Settings of a connection: the project's own defaults, then {@code spark-defaults.conf} of {@code
 * SPARK_CONF_DIR} or {@code SPARK_HOME/conf}, then what is given.
 *
 * <p>A driver on this machine alone listens on loopback, one that talks to other machines where it
 * reaches the master from. Both talk with authentication and encryption; to a master on loopback
 * alone also without, if no secret is known.
 *
 * @param master the address
 * @param given settings by their names, which all begin with {@code spark.}
 */
record SparkSettings(String master, Map<String, String> given) {

  /** How many parts samples are divided into; a part for each block if it is not set. */
  static final String PARTITIONS = "spark.resgen.partitions";

  /** Bytes that a sample takes on a GPU, as {@code resgen bench memory} measures them. */
  static final String SAMPLE_BYTES = "spark.resgen.bytesPerSample";

  /** How many GPUs an executor has. */
  static final String GPUS = "spark.executor.resource.gpu.amount";

  private static final String MASTER =
      "local(\\[(\\*|\\d+)(,\\d+)?])?|local-cluster\\[\\d+,\\d+,\\d+]|spark://\\S+|k8s://\\S+|yarn";

  /** The environment variable that has the secret of a standalone cluster. */
  static final String SECRET_VARIABLE = "_SPARK_AUTH_SECRET";

  private static final String SECRET = "spark.authenticate.secret";
  private static final String AUTHENTICATE = "spark.authenticate";

  /** The address that nobody else reaches. */
  private static final String LOOPBACK = "127.0.0.1";

  /** Checks the names and the address. */
  SparkSettings {
    given = Map.copyOf(given);
    if (!master.matches(MASTER)) {
      throw new IllegalArgumentException(
          ("master '%s' is none of local[N], local-cluster[EXECUTORS,CORES,MEGABYTES],"
                  + " spark://HOST:PORT, k8s://ADDRESS, yarn")
              .formatted(master));
    }
    for (String name : given.keySet()) {
      if (!name.startsWith("spark.")) {
        throw new IllegalArgumentException(
            "setting '" + name + "' is none of Spark's: they begin with spark.");
      }
    }
  }

  /**
   * As Spark takes them.
   *
   * @throws IllegalArgumentException if other machines are to be talked to without a secret
   */
  SparkConf conf() {
    Map<String, String> all = defaults();
    all.putAll(file());
    all.putAll(given);
    all.putIfAbsent("spark.executor.cores", all.getOrDefault("spark.task.cpus", "1"));
    host().ifPresent(own -> all.putIfAbsent("spark.driver.host", own));
    if (local()) {
      all.putIfAbsent("spark.driver.bindAddress", LOOPBACK);
    }
    secure(all);
    all.put("spark.executor.extraJavaOptions", joined(all, "extraJavaOptions", javaOptions(), " "));
    all.put(
        "spark.executor.extraClassPath",
        joined(all, "extraClassPath", classPath(), File.pathSeparator));
    SparkConf conf = new SparkConf(false).setMaster(master);
    all.forEach(conf::set);
    return conf;
  }

  /** The address of this machine that others talk to; empty if Spark is to find one. */
  Optional<String> host() {
    return local() ? Optional.of(LOOPBACK) : addressTowardsMaster();
  }

  /** Whether all that is started or talked to is on this machine, by loopback. */
  boolean local() {
    return master.startsWith("local")
        || master.matches("spark://(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d+)?");
  }

  private Map<String, String> defaults() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("spark.app.name", "resgen");
    all.put("spark.ui.enabled", "false");
    all.put("spark.locality.wait", "0");
    // libtorch's memory is none of the heap; YARN and Kubernetes end what takes more than it said
    all.put("spark.executor.memoryOverhead", "2g");
    all.put("spark.executorEnv.OPT_OUT_TRACKING", "true");
    all.put("spark.executorEnv.RESGEN_HOME", DataHome.project().toString());
    for (String name : List.of("DJL_CACHE_DIR", "MKL_CBWR", "RESGEN_CACHE", "RESGEN_DEVICE")) {
      Optional.ofNullable(System.getenv(name))
          .ifPresent(value -> all.put("spark.executorEnv." + name, value));
    }
    return all;
  }

  private Map<String, String> file() {
    Optional<Path> file =
        Stream.of(
                Optional.ofNullable(System.getenv("SPARK_CONF_DIR")).map(Path::of),
                Optional.ofNullable(System.getenv("SPARK_HOME")).map(h -> Path.of(h, "conf")))
            .flatMap(Optional::stream)
            .map(folder -> folder.resolve("spark-defaults.conf"))
            .filter(Files::isRegularFile)
            .findFirst();
    return file.map(SparkSettings::read).orElse(Map.of());
  }

  /**
   * What a file says.
   *
   * @throws IllegalArgumentException if it has the secret and others may read it
   */
  static Map<String, String> read(Path file) {
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
      if (read.containsKey(SECRET) && readByOthers(file)) {
        throw new IllegalArgumentException(
            "%s has %s and may be read by others: chmod 600 it".formatted(file, SECRET));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
    return read.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, name -> read.getProperty(name).strip()));
  }

  /** Whether more than the owner may read a file; no, where files have no such permissions. */
  private static boolean readByOthers(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return false;
    }
    Set<PosixFilePermission> may = view.readAttributes().permissions();
    return may.contains(PosixFilePermission.GROUP_READ)
        || may.contains(PosixFilePermission.OTHERS_READ);
  }

  /**
   * Turns authentication and encryption on. The secret is the standalone cluster's; a local-cluster
   * gets one of its own, and for {@code local}, YARN and Kubernetes Spark makes one.
   */
  private void secure(Map<String, String> all) {
    boolean standalone = master.startsWith("spark://");
    Optional.ofNullable(System.getenv(SECRET_VARIABLE))
        .ifPresent(secret -> all.putIfAbsent(SECRET, secret));
    if (local() && standalone && !all.containsKey(SECRET)) {
      return; // as its master then is
    }
    if (all.getOrDefault(AUTHENTICATE, "true").equals("false")) {
      if (local()) {
        return;
      }
      throw new IllegalArgumentException(
          master + ": other machines are talked to with spark.authenticate=true alone");
    }
    if (standalone && !all.containsKey(SECRET)) {
      throw new IllegalArgumentException(
          ("%s is not this machine, so a secret is needed, the same as the cluster's: set the"
                  + " environment variable %s, or %s in spark-defaults.conf")
              .formatted(master, SECRET_VARIABLE, SECRET));
    }
    if (master.startsWith("local-cluster")) {
      all.putIfAbsent(SECRET, random());
    }
    all.put(AUTHENTICATE, "true");
    all.putIfAbsent("spark.network.crypto.enabled", "true");
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The address of this machine that a standalone master is reached from; no packet is sent. */
  private Optional<String> addressTowardsMaster() {
    Matcher address = Pattern.compile("spark://([^:,\\[\\]]+):(\\d+).*").matcher(master);
    if (!address.matches()) {
      return Optional.empty();
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(address.group(1), Integer.parseInt(address.group(2))));
      InetAddress own = socket.getLocalAddress();
      return own instanceof Inet4Address && !own.isAnyLocalAddress()
          ? Optional.of(own.getHostAddress())
          : Optional.empty();
    } catch (SocketException | UncheckedIOException | IllegalArgumentException e) {
      return Optional.empty(); // connecting says what is wrong
    }
  }

  /** Names without values: one of them may be the secret. */
  @Override
  public String toString() {
    return "SparkSettings[master=%s, given=%s]".formatted(master, given.keySet());
  }

  private static String joined(Map<String, String> all, String name, String own, String separator) {
    String before = all.getOrDefault("spark.executor." + name, "");
    return before.isEmpty() ? own : before + separator + own;
  }

  private static String javaOptions() {
    StringBuilder options =
        new StringBuilder(
            "-Dai.djl.offline=true -Dai.djl.pytorch.num_interop_threads=1 -Djava.awt.headless=true"
                + " -Dfile.encoding=UTF-8 -Dslf4j.internal.verbosity=ERROR");
    String cache = System.getProperty(UserCache.PROPERTY);
    if (cache != null) {
      options.append(" -D").append(UserCache.PROPERTY).append('=').append(cache);
    }
    if (Runtime.version().feature() >= 22) {
      options.append(" --enable-native-access=ALL-UNNAMED");
    }
    return options.toString();
  }

  /** This program's jars and this module, without those that Spark brings in its own version. */
  private static String classPath() {
    Set<Path> all = new LinkedHashSet<>();
    place(SparkSettings.class).ifPresent(all::add);
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.isEmpty()) {
        add(Path.of(entry).toAbsolutePath().normalize(), all);
      }
    }
    Set<String> brought = names(sparkJars());
    return all.stream()
        .filter(path -> !brought.contains(artifact(path)))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Adds a jar or folder, or in place of a jar that names others in its manifest those. */
  private static void add(Path entry, Set<Path> all) {
    if (!Files.exists(entry) || all.contains(entry)) {
      return;
    }
    if (Files.isDirectory(entry)) {
      all.add(entry);
      return;
    }
    String named;
    try (JarFile jar = new JarFile(entry.toFile())) {
      Manifest manifest = jar.getManifest();
      named = manifest == null ? null : manifest.getMainAttributes().getValue("Class-Path");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class path's " + entry, e);
    }
    if (named == null) {
      all.add(entry);
      return;
    }
    // Left out itself: it would bring all of them before Spark's, and its own classes are of the
    // command line alone.
    for (String relative : named.trim().split(" +")) {
      add(Path.of(entry.toUri().resolve(relative)), all);
    }
  }

  /** The folder of Spark's jars; empty if its classes are not in one. */
  private static Optional<Path> sparkJars() {
    String home = System.getenv("SPARK_HOME");
    return Stream.of(
            Optional.ofNullable(home).map(text -> Path.of(text, "jars")),
            place(SparkContext.class).map(Path::getParent))
        .flatMap(Optional::stream)
        .filter(Files::isDirectory)
        .findFirst();
  }

  private static Optional<Path> place(Class<?> type) {
    try {
      URI uri = type.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Optional.of(Path.of(uri));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static Set<String> names(Optional<Path> folder) {
    if (folder.isEmpty()) {
      return Set.of();
    }
    try (Stream<Path> jars = Files.list(folder.get())) {
      return jars.map(SparkSettings::artifact).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder.get(), e);
    }
  }

  /** The name of a jar without its version. */
  private static String artifact(Path jar) {
    return jar.getFileName().toString().replaceFirst("-\\d[\\w.-]*\\.jar$", "");
  }
}
