package resgen.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** The libtorch engine of this process: managers, device, threads, gradient mode. */
public final class Torch {

  static {
    System.setProperty("OPT_OUT_TRACKING", "true");
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
    if (System.getProperty("ai.djl.pytorch.num_interop_threads") == null) {
      System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    }
  }

  private static final LongAdder TRANSFERS = new LongAdder();
  private static final ThreadLocal<Long> SEEDS = ThreadLocal.withInitial(() -> 0L);
  private static volatile boolean loaded; // the engine

  private Torch() {}

  private static final class Holder {
    static final Engine ENGINE = Engine.getEngine("PyTorch");
    static final int GPUS = ENGINE.getGpuCount();
    static final NDManager ROOT = made();
    static final Precision FASTEST = measure();

    private static NDManager made() {
      NDManager root = ENGINE.newBaseManager(parse(setting(), GPUS));
      loaded = true;
      Nnpack.disable();
      HostMemory.keep();
      if (GPUS > 0) {
        Tf32.set(Tf32.setting());
      }
      return root;
    }

    private static Precision measure() {
      if (!ROOT.getDevice().isGpu() && !CpuFeatures.hasNativeBf16()) {
        return Precision.FP32;
      }
      return PrecisionProbe.fastest(ROOT);
    }
  }

  /** The manager that lives as long as the process. Prefer {@link #manager()}. */
  static NDManager root() {
    return Holder.ROOT;
  }

  /** A new manager on the device in use, {@link #device()}; the caller closes it. */
  public static NDManager manager() {
    return Holder.ROOT.newSubManager(device());
  }

  /** A new manager on a device; the caller closes it. */
  public static NDManager manager(Device device) {
    return Holder.ROOT.newSubManager(device);
  }

  /**
   * The device on which new models and arrays are made: what the system property {@code
   * resgen.device} names, or else the environment variable {@code RESGEN_DEVICE}, or else {@code
   * auto}. What is there already stays where it is.
   */
  public static Device device() {
    return device(setting());
  }

  /** Whether a GPU is in use; false, without loading libtorch, as long as nothing else has. */
  public static boolean onGpu() {
    return loaded && device().isGpu();
  }

  private static String setting() {
    return System.getProperty(
        "resgen.device", System.getenv().getOrDefault("RESGEN_DEVICE", "auto"));
  }

  /**
   * Reads a device setting.
   *
   * @param name {@code auto} (the GPU if there is one), {@code cpu}, {@code gpu} or {@code gpu:1}
   */
  public static Device device(String name) {
    return parse(name, Holder.GPUS);
  }

  private static Device parse(String name, int gpus) {
    if (name.equals("auto")) {
      return gpus > 0 ? Device.gpu() : Device.cpu();
    }
    if (!name.matches("cpu|gpu(:\\d{1,4})?")) {
      throw new IllegalArgumentException(
          "device '" + name + "' is not one of auto, cpu, gpu, gpu:N");
    }
    Device device =
        name.equals("cpu")
            ? Device.cpu()
            : Device.gpu(name.equals("gpu") ? 0 : Integer.parseInt(name.substring(4)));
    if (device.isGpu() && device.getDeviceId() >= gpus) {
      throw new IllegalArgumentException(
          "device '" + name + "': libtorch sees " + gpus + " GPUs here");
    }
    return device;
  }

  /** The device in use and its threads, as {@code cpu, 2 threads} or {@code gpu:0}. */
  public static String machine() {
    Device device = device();
    return device.isGpu()
        ? "gpu:" + device.getDeviceId()
        : threads() == 1 ? "cpu, 1 thread" : "cpu, " + threads() + " threads";
  }

  /** libtorch's version. */
  public static String version() {
    return Holder.ENGINE.getVersion();
  }

  /** The precision that a small matrix workload runs fastest in on this machine; measured once. */
  public static Precision fastest() {
    return Holder.FASTEST;
  }

  /**
   * Lets a CUDA device multiply float32 matrices and convolve in TF32, or not; it is for the whole
   * process. At first what the system property {@code resgen.tf32} says, or else the environment
   * variable {@code RESGEN_TF32}: {@code on} or {@code off}, or else off.
   *
   * @throws IllegalStateException if this libtorch has no such setting
   */
  public static void tf32(boolean on) {
    Holder.ROOT.getDevice();
    Tf32.set(on);
  }

  /** How convolutions are computed on this machine's device, in words. */
  public static String convolutions() {
    if (root().getDevice().isGpu()) {
      return "the GPU's";
    }
    return OneDnn.convolves()
        ? "oneDNN's are right on this processor (probed)"
        : "in full blocks of channels: oneDNN's others are wrong on this processor (probed)";
  }

  /** Whether float32 products and convolutions may be in TF32 on a CUDA device. */
  public static boolean tf32() {
    Holder.ROOT.getDevice();
    return Tf32.isOn();
  }

  /** Sets how many threads one operation may use. */
  public static void threads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads + " is less than 1");
    }
    Holder.ROOT.getDevice();
    if (JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
  }

  /** How many threads one operation may use. */
  public static int threads() {
    Holder.ROOT.getDevice();
    return JniUtils.getNumThreads();
  }

  /** Waits until the device has done all that was asked of it; a CPU always has. */
  public static void synchronize() {
    if (Holder.ROOT.getDevice().isGpu()) {
      try (NDArray probe = Holder.ROOT.create(0f)) {
        probe.getFloat();
      }
    }
  }

  /**
   * Bytes of a GPU that no process uses now; what libtorch keeps for later use counts as used.
   *
   * @throws IllegalArgumentException if the device is no GPU
   */
  public static long unusedMemory(Device device) {
    if (!device.isGpu()) {
      throw new IllegalArgumentException(device + " is no GPU");
    }
    MemoryUsage memory = CudaUtils.getGpuMemory(device);
    return memory.getMax() - memory.getUsed();
  }

  /** {@link #unusedMemory} once libtorch has given back what it keeps for later use. */
  public static long freeMemory(Device device) {
    JniUtils.emptyCudaCache();
    return unusedMemory(device);
  }

  /** Seeds libtorch's own generator. The library's noise is {@link resgen.noise.Noise}. */
  public static void seed(long seed) {
    SEEDS.set(seed);
    Holder.ENGINE.setRandomSeed((int) (seed ^ (seed >>> 32)));
  }

  /** A seed that follows from the last one of this thread's and how many were taken since. */
  public static long nextSeed() {
    long next = SEEDS.get() * 6364136223846793005L + 1442695040888963407L;
    SEEDS.set(next);
    return next >>> 33;
  }

  /** Marks an array as a leaf that receives gradients. */
  public static void requireGradient(NDArray array) {
    array.setRequiresGradient(true);
  }

  /**
   * Accumulates gradients of a scalar into the leaves that it came from, and frees the graph; then
   * runs what is {@link Deferred}.
   */
  public static void backward(NDArray loss) {
    try (NDArray one = loss.onesLike()) {
      backward(loss, one);
    }
    Deferred.run();
  }

  /** Accumulates gradients of Σ y·gradient into the leaves that y came from; frees the graph. */
  public static void backward(NDArray y, NDArray gradient) {
    JniUtils.backward((PtNDArray) y, (PtNDArray) gradient, false, false);
  }

  /**
   * x·factor. In a graph that will be differentiated this takes the place of {@code x.mul(factor)},
   * whose factor is an array that lends a Java buffer: once that is collected, gradients are wrong.
   */
  public static NDArray scale(NDArray x, double factor) {
    return Kernel.of("scale").apply(x, factor);
  }

  /** Whether this thread records gradients now. */
  public static boolean recordsGradients() {
    Holder.ROOT.getDevice();
    return JniUtils.isGradMode();
  }

  /** Runs {@code work} with gradients recorded or not, whatever the thread's mode was before. */
  public static <T> T withGradients(boolean on, Supplier<T> work) {
    Holder.ROOT.getDevice();
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(on);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** Runs {@code work} without gradients and closes every array that it made. */
  public static <T> T scoped(Supplier<T> work) {
    return withGradients(
        false,
        () -> {
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return work.get();
          }
        });
  }

  /**
   * Copies values into an array, in its own memory and on its device, without gradients. It takes
   * the place of {@code from.copyTo(to)}, which goes through Java memory and gives {@code to} the
   * Java buffer as its storage, so that views of it and lists that hold it keep the old one.
   *
   * @throws IllegalArgumentException if the shapes differ
   */
  public static void copy(NDArray from, NDArray to) {
    if (!from.getShape().equals(to.getShape())) {
      throw new IllegalArgumentException(
          "an array of shape %s cannot be copied into one of %s"
              .formatted(from.getShape(), to.getShape()));
    }
    Kernel.of("ema").infer("assign", List.of(to), List.of(from)).close();
  }

  /**
   * Copies numbers into a float32 array, in row order, as {@link #copy(NDArray, NDArray)} does; it
   * takes the place of {@code to.set(values)}.
   *
   * @throws IllegalArgumentException if there are not as many as the array has
   */
  public static void copy(float[] values, NDArray to) {
    if (values.length != to.size()) {
      throw new IllegalArgumentException(
          "%d numbers cannot be copied into an array of shape %s"
              .formatted(values.length, to.getShape()));
    }
    try (NDArray from = to.getManager().create(values, to.getShape())) {
      copy(from, to);
    }
  }

  /**
   * How often numbers went between Java's memory and the device through this class so far, by all
   * threads: the whole library's, but for what is loaded and saved. For tests and benchmarks.
   */
  public static long transfers() {
    return TRANSFERS.sum();
  }

  /** The numbers of a float32 array, in row order: waits for the device. */
  public static float[] read(NDArray array) {
    TRANSFERS.increment();
    return array.toFloatArray();
  }

  /** The numbers of a float64 array, in row order: waits for the device. */
  public static double[] doubles(NDArray array) {
    TRANSFERS.increment();
    return array.toDoubleArray();
  }

  /** The one number of an int64 array: waits for the device. */
  public static long integer(NDArray array) {
    TRANSFERS.increment();
    return array.getLong();
  }

  /** The bytes of an array's numbers, in row order: waits for the device. */
  public static ByteBuffer bytes(NDArray array) {
    TRANSFERS.increment();
    return array.toByteBuffer();
  }

  /** A float32 array of a shape. */
  public static NDArray floats(NDManager manager, float[] values, long... shape) {
    return owned(manager.create(values, new Shape(shape)));
  }

  /** An int64 array {@code [n]}. */
  public static NDArray longs(NDManager manager, long... values) {
    return owned(manager.create(values));
  }

  /** An int64 array of a shape, from ints. */
  public static NDArray longs(NDManager manager, int[] values, long... shape) {
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return owned(manager.create(wide, new Shape(shape)));
  }

  /** An int32 array of a shape. */
  public static NDArray ints(NDManager manager, int[] values, long... shape) {
    return owned(manager.create(values, new Shape(shape)));
  }

  /** The one number of an array: waits for the device. */
  public static float number(NDArray array) {
    TRANSFERS.increment();
    return array.getFloat();
  }

  /** Codes as Java has them: waits for the device. */
  public static int[] codes(NDArray array) {
    TRANSFERS.increment();
    long[] wide = array.toLongArray();
    int[] values = new int[wide.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) wide[i];
    }
    return values;
  }

  /** How many are true along the last axis: waits for the device. */
  public static long[] counts(NDArray flags) {
    TRANSFERS.increment();
    return Kernel.of("reveal").call("counts", flags).head().toLongArray();
  }

  /** An array that outlives the scope that it was made in. */
  public static NDArray kept(NDArray array) {
    NDScope.unregister(array);
    return array;
  }

  /**
   * A copy in memory of libtorch's own. An array made from Java values lends a Java buffer, which
   * the garbage collector frees once the array is closed, even while a graph still needs it for its
   * gradients.
   */
  private static NDArray owned(NDArray lent) {
    TRANSFERS.increment();
    try (lent) {
      return lent.duplicate();
    }
  }
}
