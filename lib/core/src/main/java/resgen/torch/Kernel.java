package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.ScriptBridge;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A piece of TorchScript, written in the resources of this package and compiled by libtorch.
 *
 * <p>A kernel's source is one or more methods; {@code @P@} in it stands for the scalar type of its
 * matrix products, and a line {@code # include x} for the text of x.py. Kernels are compiled once a
 * process and shared; they hold no state.
 */
public final class Kernel {

  private static final String INCLUDE = "# include ";
  private static final Map<String, Kernel> COMPILED = new ConcurrentHashMap<>();

  private static volatile Listener listener; // of tests

  /** Told of every call before it is made. */
  interface Listener {
    void called(String kernel, String method, Object[] arguments);
  }

  private final String name;
  private final PtSymbolBlock module;

  private Kernel(String name, PtSymbolBlock module) {
    this.name = name;
    this.module = module;
  }

  /** Who is told of all calls from now on; null for nobody. For tests. */
  static void listen(Listener to) {
    listener = to;
  }

  /** The kernel {@code name}.py of this package's resources, in float32. */
  public static Kernel of(String name) {
    return of(name, Precision.FP32);
  }

  /** The kernel {@code name}.py of this package's resources. */
  public static Kernel of(String name, Precision precision) {
    return COMPILED.computeIfAbsent(
        name + "/" + precision, key -> compile(name, resource(name), precision));
  }

  /** A kernel of source text, in float32, compiled once a process for each name. */
  public static Kernel of(String name, String source) {
    return COMPILED.computeIfAbsent(name, key -> compile(name, source, Precision.FP32));
  }

  /**
   * Compiles source text.
   *
   * @param name a name for errors
   * @param source method definitions at column 0, and {@code # include NAME} lines in whose place
   *     this package's kernels of these names come
   * @throws IllegalArgumentException if libtorch does not accept the source; the message shows
   *     where
   */
  public static Kernel compile(String name, String source, Precision precision) {
    String text = whole(source).replace("@P@", Integer.toString(precision.scalarType()));
    NDManager root = Torch.root(); // loads libtorch, if nothing has
    try (InputStream archive = new ByteArrayInputStream(KernelArchive.of(text))) {
      JniUtils.setGraphExecutorOptimize(false);
      return new Kernel(name, JniUtils.loadModule((PtNDManager) root, archive, false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ai.djl.engine.EngineException e) {
      throw new IllegalArgumentException("kernel " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * A module in a TorchScript file. Such a file is a program: load only files from a known source.
   *
   * @throws IllegalArgumentException if the file is not TorchScript
   * @throws UncheckedIOException if it cannot be read
   */
  public static Kernel load(Path path) {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(path))) {
      JniUtils.setGraphExecutorOptimize(false);
      NDManager root = Torch.root();
      return new Kernel(
          path.toString(), JniUtils.loadModule((PtNDManager) root, file, false, false));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
    } catch (ai.djl.engine.EngineException e) {
      throw new IllegalArgumentException(
          path + " is not a TorchScript file: " + e.getMessage().lines().findFirst().orElse(""), e);
    }
  }

  /** A text with the files in place that its {@code # include} lines name. */
  private static String whole(String source) {
    StringBuilder text = new StringBuilder();
    for (String line : source.split("\n")) {
      String included = line.startsWith(INCLUDE) ? line.substring(INCLUDE.length()).trim() : "";
      text.append(included.isEmpty() ? line + '\n' : whole(resource(variant(included))));
    }
    return text.toString();
  }

  /** The file that takes a file's place on this machine. */
  private static String variant(String included) {
    if (included.equals("gemm") && OneDnn.available()) {
      return "gemm_onednn";
    }
    return included.equals("convolve") && !OneDnn.convolves() ? "convolve_full" : included;
  }

  private static String resource(String name) {
    try (InputStream in = Kernel.class.getResourceAsStream("kernels/" + name + ".py")) {
      if (in == null) {
        throw new IllegalArgumentException("no kernel named '" + name + "'");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs {@code forward} in the thread's gradient mode.
   *
   * @param arguments NDArray, NDList or List of NDArray (a tensor list), Number, Boolean or String
   * @return the one tensor that the kernel returns
   */
  public NDArray apply(Object... arguments) {
    return run("forward", true, arguments).head();
  }

  /** Runs {@code forward} in the thread's gradient mode; all tensors that it returns. */
  public NDList applyAll(Object... arguments) {
    return run("forward", true, arguments);
  }

  /**
   * Runs a method in inference mode: arguments may be changed in place, results carry no gradient.
   */
  public NDList infer(String method, Object... arguments) {
    return run(method, false, arguments);
  }

  /** Runs a method in the thread's gradient mode. */
  public NDList call(String method, Object... arguments) {
    return run(method, true, arguments);
  }

  private NDList run(String method, boolean gradients, Object... arguments) {
    Listener told = listener;
    if (told != null) {
      told.called(name, method, arguments);
    }
    JniUtils.setGraphExecutorOptimize(false);
    IValue[] values = new IValue[arguments.length];
    PtNDManager manager = null;
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = value(arguments[i]);
        if (manager == null && arguments[i] instanceof NDArray array) {
          manager = (PtNDManager) array.getManager();
        }
      }
      PtNDManager owner = manager != null ? manager : (PtNDManager) Torch.root();
      try (IValue result = ScriptBridge.run(module, method, gradients, values)) {
        return tensors(result, owner);
      }
    } finally {
      for (int i = 0; i < values.length; i++) {
        if (values[i] != null && !(arguments[i] instanceof TensorList)) {
          values[i].close();
        }
      }
    }
  }

  private IValue value(Object argument) {
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    } else if (argument instanceof TensorList list) {
      return list.value();
    } else if (argument instanceof List<?> list) {
      return IValue.listFrom(list.toArray(PtNDArray[]::new));
    } else if (argument instanceof Integer || argument instanceof Long) {
      return IValue.from(((Number) argument).longValue());
    } else if (argument instanceof Number number) {
      return IValue.from(number.doubleValue());
    } else if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    } else if (argument instanceof String text) {
      return IValue.from(text);
    }
    throw new IllegalArgumentException(
        "kernel %s cannot take an argument of type %s"
            .formatted(name, argument == null ? "null" : argument.getClass().getName()));
  }

  private static NDList tensors(IValue result, PtNDManager manager) {
    if (result.isTensor()) {
      return new NDList(result.toTensor(manager));
    } else if (result.isTensorList()) {
      return new NDList(result.toTensorArray(manager));
    } else if (result.isTuple()) {
      NDList list = new NDList();
      for (IValue part : result.toIValueTuple()) {
        try (part) {
          list.add(part.toTensor(manager));
        }
      }
      return list;
    }
    return new NDList();
  }
}
