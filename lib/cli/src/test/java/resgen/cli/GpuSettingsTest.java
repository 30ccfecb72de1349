package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code environment/gpu} and {@code doctor} where something is missing that a GPU needs, with
 * folders that are made up of empty files.
 */
class GpuSettingsTest {

  @TempDir Path dir;

  private record Ran(int code, String said) {}

  private Path file(String path) throws IOException {
    Path file = dir.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.exists(file) ? file : Files.createFile(file);
  }

  /** A PyTorch as pip installs it. */
  private Path torch(String name, String version, String cuda, boolean runtime) throws IOException {
    for (String library :
        List.of(
            "libtorch.so", "libtorch_cpu.so", "libtorch_cuda.so", "libc10.so", "libc10_cuda.so")) {
      file(name + "/torch/lib/" + library);
    }
    Files.writeString(
        dir.resolve(name + "/torch/version.py"),
        "from typing import Optional\n__version__ = '%s+cu%s'\ncuda: Optional[str] = '%s'\n"
            .formatted(version, cuda.replace(".", ""), cuda));
    if (runtime) {
      file(name + "/nvidia/cuda_runtime/lib/libcudart.so.12");
      file(name + "/nvidia/cudnn/lib/libcudnn.so.9");
    }
    return dir.resolve(name);
  }

  private Ran setUp(String... arguments) throws Exception {
    return setUp(file("driver/libcuda.so.1"), arguments);
  }

  private Ran setUp(Path driver, String... arguments) throws Exception {
    Path root = Home.find().orElseThrow();
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash here");
    List<String> command = new ArrayList<>(List.of("/bin/bash", root + "/environment/gpu"));
    command.addAll(List.of(arguments));
    command.add("--no-install");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> env = builder.environment();
    env.remove("PYTORCH_LIBRARY_PATH");
    env.remove("LD_LIBRARY_PATH");
    env.put("XDG_CACHE_HOME", dir.resolve("cache").toString());
    env.put("RESGEN_GPU_SETTINGS", dir.resolve("gpu.env").toString());
    env.put("RESGEN_LIBCUDA", driver.toString());
    env.put("CUDA_HOME", dir.resolve("no-cuda").toString());
    Path ldconfig = Files.createDirectories(dir.resolve("bin")).resolve("ldconfig");
    Files.writeString(ldconfig, "#!/bin/sh\n"); // of a system without CUDA
    assertTrue(ldconfig.toFile().setExecutable(true));
    env.put("PATH", ldconfig.getParent() + ":" + env.get("PATH"));
    env.put("RESGEN_PYTHON", dir.resolve("no-python").toString());
    Path out = dir.resolve("out");
    Process process = builder.redirectOutput(out.toFile()).start();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), "did not end");
    return new Ran(process.exitValue(), Files.readString(out));
  }

  private void assertRefused(Ran ran, String... words) {
    assertEquals(1, ran.code, ran.said);
    for (String word : words) {
      assertTrue(ran.said.contains(word), ran.said);
    }
    assertTrue(Files.notExists(dir.resolve("gpu.env")), "a file was written");
  }

  private Map<String, String> written() throws IOException {
    Map<String, String> values = new TreeMap<>();
    try (Stream<String> lines = Files.lines(dir.resolve("gpu.env"))) {
      lines
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> values.put(line.split("=", 2)[0], line.split("=", 2)[1]));
    }
    return values;
  }

  private String explained(Map<String, String> environment, boolean driver) throws IOException {
    Optional<Path> library = driver ? Optional.of(file("driver/libcuda.so.1")) : Optional.empty();
    return new GpuSettings(environment, library, Optional.of(dir.resolve("gpu.env")), "2.7.1")
        .explain();
  }

  private void assertMissing(Map<String, String> environment, boolean driver, String... words) {
    String message =
        assertThrows(IllegalStateException.class, () -> explained(environment, driver))
            .getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void aPyTorchOfTheBridgesVersionIsUsedAsItIs() throws Exception {
    Path torch = torch("site", "2.7.1", "12.6", true);
    Ran ran = setUp("--torch", torch.toString());
    assertEquals(0, ran.code, ran.said);
    Map<String, String> found = written();
    Path links = Path.of(found.get("PYTORCH_LIBRARY_PATH"));
    assertEquals("2.7.1", found.get("PYTORCH_VERSION"));
    assertEquals("cu128", found.get("PYTORCH_FLAVOR")); // the bridge's, whatever torch's
    assertEquals(
        torch.resolve("torch/lib/libtorch_cuda.so").toRealPath(),
        links.resolve("libtorch_cuda.so").toRealPath());
    assertEquals(
        "libcudart.so.12", links.resolve("libcudart.so").toRealPath().getFileName().toString());
    assertEquals(
        List.of(
            links.toString(),
            torch.resolve("torch/lib").toString(),
            torch.resolve("nvidia/cuda_runtime/lib").toString(),
            torch.resolve("nvidia/cudnn/lib").toString()),
        List.of(found.get("LD_LIBRARY_PATH").split(":")));
    assertEquals(0, setUp("--torch", torch.toString()).code); // safe to run again
    assertMissing(found, true, "no GPU is seen", "nvidia-smi");
    assertEquals(found, new TreeMap<>(GpuSettings.environment(found)));
    assertEquals(Map.of(), GpuSettings.environment(Map.of("LD_LIBRARY_PATH", "/x")));
  }

  @Test
  void aMachineWithoutDriverIsTold() throws Exception {
    Path torch = torch("site", "2.7.1", "12.8", true);
    assertRefused(
        setUp(dir.resolve("no/libcuda.so.1"), "--torch", torch.toString()), "no NVIDIA driver");
    assertEquals("none: no NVIDIA driver (libcuda.so.1)", explained(Map.of(), false));
    assertMissing(Map.of("PYTORCH_LIBRARY_PATH", "/x"), false, "no NVIDIA driver");
  }

  @Test
  void aMissingLibtorchIsTold() throws Exception {
    assertRefused(setUp("--torch", dir.toString()), "no libtorch in");
    assertRefused(setUp(), "no libtorch 2.7.1 for CUDA is here", "--torch FOLDER");
    assertEquals(
        "a driver is there, but libtorch is the CPU's: environment/setup --gpu",
        explained(Map.of(), true));
    assertMissing(
        Map.of("PYTORCH_LIBRARY_PATH", dir.resolve("gone").toString()),
        true,
        "libtorch.so is gone");
  }

  @Test
  void aCpusLibtorchIsRefused() throws Exception {
    Path torch = torch("site", "2.7.1", "12.8", true);
    Files.delete(torch.resolve("torch/lib/libtorch_cuda.so"));
    assertRefused(setUp("--torch", torch.toString()), "a CPU's libtorch");
  }

  @Test
  void anotherVersionIsRefusedWithoutABridgeOfItsOwn() throws Exception {
    Path torch = torch("site", "2.11.0", "13.0", true);
    assertRefused(setUp("--torch", torch.toString()), "version 2.11.0", "2.7.1", "--bridge");
    Path other = file("libdjl_torch-2.9.0.so");
    assertRefused(
        setUp("--torch", torch.toString(), "--bridge", other.toString()), "libdjl_torch-2.11.0.so");
    assertRefused(
        setUp("--torch", torch.toString(), "--bridge", dir.resolve("none").toString()),
        "no bridge");
    Path bridge = file("libdjl_torch-2.11.0.so");
    Ran ran = setUp("--torch", torch.toString(), "--bridge", bridge.toString());
    assertEquals(0, ran.code, ran.said);
    Map<String, String> found = written();
    assertEquals("cu130", found.get("PYTORCH_FLAVOR"));
    Path copy = Path.of(found.get("PYTORCH_LIBRARY_PATH")).resolve("libdjl_torch.so");
    assertTrue(Files.exists(copy));
    Files.delete(copy);
    assertMissing(found, true, "version 2.11.0", "built for 2.7.1", "storage layout");
  }

  @Test
  void aTorchForAnotherCudaIsRefused() throws Exception {
    Path torch = torch("site", "2.7.1", "11.8", true);
    assertRefused(setUp("--torch", torch.toString()), "for CUDA 11.8");
  }

  @Test
  void aLibtorchThatDoesNotSayItsVersionIsRefused() throws Exception {
    Path torch = torch("site", "2.7.1", "12.8", true);
    Files.delete(torch.resolve("torch/version.py"));
    assertRefused(setUp("--torch", torch.toString()), "its version is unknown");
    Files.writeString(torch.resolve("torch/build-version"), "2.7.1+cu128\n"); // of a libtorch
    assertEquals(0, setUp("--torch", torch.toString()).code);
  }

  @Test
  void aMissingCudaRuntimeIsTold() throws Exception {
    Path torch = torch("site", "2.7.1", "12.8", false);
    assertRefused(
        setUp("--torch", torch.toString()), "no CUDA runtime", "nvidia-cuda-runtime-cu12");
  }

  @Test
  void doctorMissesTheCudaRuntime() throws Exception {
    Path lib = torch("site", "2.7.1", "12.8", false).resolve("torch/lib");
    assertMissing(Map.of("PYTORCH_LIBRARY_PATH", lib.toString()), true, "no libcudart.so");
  }

  @Test
  void settingsThatAreNotInUseAreTold() throws Exception {
    file("gpu.env");
    assertMissing(Map.of(), true, "is not in use", "environment/resgen");
    assertEquals(
        "left alone: RESGEN_DEVICE is cpu", explained(Map.of("RESGEN_DEVICE", "cpu"), true));
  }
}
