package resgen.audio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/** The TorchScript of this module, in its resources under {@code kernels/}. */
public final class SoundKernel {

  private static final Map<String, Kernel> COMPILED = new ConcurrentHashMap<>();

  private SoundKernel() {}

  /** The kernel {@code name}.py of this module in float32, compiled once a process. */
  public static Kernel of(String name) {
    return of(name, Precision.FP32);
  }

  /** The kernel {@code name}.py of this module, compiled once a process for each precision. */
  public static Kernel of(String name, Precision precision) {
    return COMPILED.computeIfAbsent(
        name + "/" + precision, key -> Kernel.compile("audio/" + name, source(name), precision));
  }

  private static String source(String name) {
    try (InputStream in = SoundKernel.class.getResourceAsStream("kernels/" + name + ".py")) {
      if (in == null) {
        throw new IllegalArgumentException("no kernel named '" + name + "' in resgen.audio");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
