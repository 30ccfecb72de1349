package resgen.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What a program needs of its surroundings to run on an NVIDIA GPU: what {@code environment/gpu}
 * finds and {@code environment/resgen} sets, and what is amiss with it.
 *
 * @param environment variables of this process
 * @param driver the driver's library, if it is there
 * @param file that {@code environment/gpu} writes; empty outside the project
 * @param bridge the version of libtorch that DJL's bridge on the class path was built for
 */
record GpuSettings(
    Map<String, String> environment, Optional<Path> driver, Optional<Path> file, String bridge) {

  private static final String FOLDER = "PYTORCH_LIBRARY_PATH";
  private static final List<String> NAMES =
      List.of(FOLDER, "PYTORCH_VERSION", "PYTORCH_FLAVOR", "LD_LIBRARY_PATH");
  private static final List<Path> DRIVERS =
      Stream.of(
              "/usr/lib/x86_64-linux-gnu",
              "/usr/lib64",
              "/usr/local/nvidia/lib64",
              "/usr/lib/wsl/lib")
          .map(Path::of)
          .toList();

  /** Those of this process. */
  static GpuSettings here() {
    Map<String, String> environment = System.getenv();
    Optional<Path> driver =
        environment.containsKey("RESGEN_LIBCUDA")
            ? Optional.of(Path.of(environment.get("RESGEN_LIBCUDA"))).filter(Files::exists)
            : DRIVERS.stream()
                .map(f -> f.resolve("libcuda.so.1"))
                .filter(Files::exists)
                .findFirst();
    Optional<Path> file =
        Optional.ofNullable(environment.get("RESGEN_GPU_SETTINGS"))
            .map(Path::of)
            .or(() -> Home.find().map(home -> home.resolve(Path.of("environment", "gpu.env"))));
    return new GpuSettings(environment, driver, file, ownVersion());
  }

  /** The variables of a GPU that a process has, for programs that it installs; none on a CPU. */
  static Map<String, String> environment(Map<String, String> of) {
    Map<String, String> found = new LinkedHashMap<>();
    if (of.containsKey(FOLDER)) {
      NAMES.stream().filter(of::containsKey).forEach(name -> found.put(name, of.get(name)));
    }
    return found;
  }

  /** The version of DJL's bridge on the class path. */
  private static String ownVersion() {
    try (InputStream in = GpuSettings.class.getResourceAsStream("/jnilib/pytorch.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("jni_version", "unknown").replaceAll("-.*", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Why nothing runs on a GPU here, where that is no fault.
   *
   * @throws IllegalStateException if a GPU has been set up, naming what is amiss
   */
  String explain() {
    String again = "; environment/setup --gpu looks again";
    if (!environment.containsKey(FOLDER)) {
      boolean set = file.filter(Files::exists).isPresent();
      if (driver.isEmpty()) {
        return "none: no NVIDIA driver (libcuda.so.1)";
      } else if (environment.getOrDefault("RESGEN_DEVICE", "auto").equals("cpu")) {
        return "left alone: RESGEN_DEVICE is cpu";
      } else if (set) {
        throw new IllegalStateException(
            file.get() + " is not in use: start through environment/resgen, or look again" + again);
      }
      return "a driver is there, but libtorch is the CPU's: environment/setup --gpu";
    }
    if (driver.isEmpty()) {
      throw new IllegalStateException("no NVIDIA driver: libcuda.so.1 is in none of its folders");
    }
    Path folder = Path.of(environment.get(FOLDER));
    for (String library : List.of("libtorch.so", "libtorch_cuda.so", "libc10_cuda.so")) {
      if (!Files.exists(folder.resolve(library))) {
        throw new IllegalStateException(
            "libtorch: " + folder.resolve(library) + " is gone" + again);
      }
    }
    String version = environment.getOrDefault("PYTORCH_VERSION", bridge);
    if (!version.equals(bridge) && !Files.exists(folder.resolve("libdjl_torch.so"))) {
      throw new IllegalStateException(
          ("libtorch is version %s and DJL's bridge was built for %s, whose storage layout it has"
                  + " inlined: bring libtorch %s, or the bridge rebuilt (environment/gpu --bridge)")
              .formatted(version, bridge, bridge));
    }
    if (!hasRuntime(folder)) {
      throw new IllegalStateException(
          "no libcudart.so in "
              + folder
              + " or on LD_LIBRARY_PATH, by which GPUs are counted"
              + again);
    }
    throw new IllegalStateException(
        "driver, libtorch %s, bridge and CUDA runtime are there, and no GPU is seen: %s"
            .formatted(
                version,
                "`nvidia-smi` must list one, CUDA_VISIBLE_DEVICES may hide it, and the driver may be"
                    + " too old for this CUDA"));
  }

  private boolean hasRuntime(Path folder) {
    String path = environment.getOrDefault("LD_LIBRARY_PATH", "");
    return Stream.concat(Stream.of(folder.toString()), Stream.of(path.split(":")))
        .filter(text -> !text.isEmpty())
        .anyMatch(text -> Files.exists(Path.of(text).resolve("libcudart.so")));
  }
}
