package resgen.torch;

import ai.djl.Device;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.PointerByReference;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * CUDA graphs by libtorch's own class, {@code at::cuda::CUDAGraph}, so that its allocator and its
 * generators know of them. Its functions are called by their names in the binary, through JNA; an
 * exception in one of them would end the process, which is why what they check is checked here
 * first.
 *
 * <p>libtorch does not capture on CUDA's default stream. Warm-ups and captures run on one stream of
 * its pool, with the device idle before and after; replays run on the caller's.
 */
final class CudaGraphs implements GraphCapture {

  private static final int BYTES = 8192; // of a CUDAGraph, which takes a few hundred
  private static final int RELAXED = 2; // cudaStreamCaptureModeRelaxed: other threads may go on

  /** {@code c10::cuda::CUDAStream}, and {@code at::cuda::MempoolId_t}: two words, by value. */
  @Structure.FieldOrder({"first", "second"})
  public static final class Words extends Structure implements Structure.ByValue {
    public long first;
    public long second;

    /** As JNA makes it. */
    public Words() {}

    /** Whether both are the same stream: device type and index, two bytes, and the stream's id. */
    private boolean isStream(Words other) {
      return (first & 0xFFFF) == (other.first & 0xFFFF) && second == other.second;
    }
  }

  /** A function that is needed, with its names in versions of libtorch, and its library. */
  private enum Symbol {
    NEW("libtorch_cuda.so", "_ZN2at4cuda9CUDAGraphC1Ev", "_ZN2at4cuda9CUDAGraphC2Ev"),
    NEW_KEEPING("libtorch_cuda.so", "_ZN2at4cuda9CUDAGraphC1Eb", "_ZN2at4cuda9CUDAGraphC2Eb"),
    DELETE("libtorch_cuda.so", "_ZN2at4cuda9CUDAGraphD1Ev", "_ZN2at4cuda9CUDAGraphD2Ev"),
    BEGIN(
        "libtorch_cuda.so",
        "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode"),
    END("libtorch_cuda.so", "_ZN2at4cuda9CUDAGraph11capture_endEv"),
    REPLAY("libtorch_cuda.so", "_ZN2at4cuda9CUDAGraph6replayEv"),
    POOL("libtorch_cuda.so", "_ZN2at4cuda9CUDAGraph4poolEv"),
    FROM_POOL(
        "libc10_cuda.so",
        "_ZN3c104cuda17getStreamFromPoolEba",
        "_ZN3c104cuda17getStreamFromPoolEbi"),
    CURRENT(
        "libc10_cuda.so",
        "_ZN3c104cuda20getCurrentCUDAStreamEa",
        "_ZN3c104cuda20getCurrentCUDAStreamEi"),
    SET_CURRENT("libc10_cuda.so", "_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE"),
    RAW("libc10_cuda.so", "_ZNK3c104cuda10CUDAStream6streamEv"),
    SYNCHRONIZE("libcudart", "cudaDeviceSynchronize"),
    END_CAPTURE("libcudart", "cudaStreamEndCapture"),
    LAST_ERROR("libcudart", "cudaGetLastError");

    private final String library;
    private final String[] names;

    Symbol(String library, String... names) {
      this.library = library;
      this.names = names;
    }

    private boolean isConstructor() {
      return this == NEW || this == NEW_KEEPING;
    }
  }

  private static final Map<Symbol, Function> FUNCTIONS = new EnumMap<>(Symbol.class);
  private static Words stream; // the one on which all graphs are captured

  private Words pool; // of the first graph that is there; shared by the others
  private int graphs;

  private CudaGraphs() {}

  /** Graphs of a device; empty where there are none. */
  static synchronized Optional<CudaGraphs> of(Device device) {
    if (missing(device).isPresent()) {
      return Optional.empty();
    }
    if (stream == null) {
      stream = (Words) call(Symbol.FROM_POOL, Words.class, 0, 0);
    }
    return Optional.of(new CudaGraphs());
  }

  /** Why steps of a device cannot be captured; empty if they can. */
  static synchronized Optional<String> missing(Device device) {
    if (!device.isGpu()) {
      return Optional.of("steps run on the CPU");
    }
    if (device.getDeviceId() != 0) {
      return Optional.of(
          "steps are captured on gpu:0 alone; CUDA_VISIBLE_DEVICES=%d makes this the first GPU"
              .formatted(device.getDeviceId()));
    }
    find();
    for (Symbol symbol : Symbol.values()) {
      boolean there =
          symbol.isConstructor()
              ? FUNCTIONS.containsKey(Symbol.NEW) || FUNCTIONS.containsKey(Symbol.NEW_KEEPING)
              : FUNCTIONS.containsKey(symbol);
      if (!there) {
        return Optional.of(
            "libtorch %s: %s has no %s"
                .formatted(Torch.version(), symbol.library, String.join(" or ", symbol.names)));
      }
    }
    return Optional.empty();
  }

  private static void find() {
    if (!FUNCTIONS.isEmpty()) {
      return;
    }
    for (Symbol symbol : Symbol.values()) {
      Optional<NativeLibrary> library = NativeLibraries.loaded(symbol.library);
      library
          .flatMap(l -> NativeLibraries.function(l, symbol.names))
          .ifPresent(function -> FUNCTIONS.put(symbol, function));
    }
  }

  private static Object call(Symbol symbol, Class<?> result, Object... arguments) {
    return FUNCTIONS.get(symbol).invoke(result, arguments);
  }

  private static Words current() {
    return (Words) call(Symbol.CURRENT, Words.class, 0);
  }

  private static void idle() {
    int error = (Integer) call(Symbol.SYNCHRONIZE, Integer.class);
    if (error != 0) {
      throw new IllegalStateException("CUDA error " + error + " while the device was waited for");
    }
  }

  /** Runs work with libtorch's current stream of this thread set to the capturing one. */
  private static void onStream(Runnable work) {
    Words before = current();
    idle();
    call(Symbol.SET_CURRENT, Void.class, stream);
    try {
      if (!current().isStream(stream)) {
        throw new IllegalStateException("libtorch's current stream cannot be set");
      }
      work.run();
    } finally {
      call(Symbol.SET_CURRENT, Void.class, before);
    }
  }

  @Override
  public void warmUp(Runnable work) {
    onStream(work);
    idle();
  }

  @Override
  public Graph capture(Runnable work) {
    Memory memory = new Memory(BYTES);
    memory.clear();
    onStream(() -> capture(memory, work));
    idle();
    if (graphs++ == 0) {
      pool = (Words) call(Symbol.POOL, Words.class, memory);
    }
    return new Captured(memory);
  }

  private void capture(Memory memory, Runnable work) {
    if (FUNCTIONS.containsKey(Symbol.NEW)) {
      call(Symbol.NEW, Void.class, memory);
    } else {
      call(Symbol.NEW_KEEPING, Void.class, memory, 0);
    }
    long first = graphs == 0 ? 0 : pool.first;
    long second = graphs == 0 ? 0 : pool.second;
    call(Symbol.BEGIN, Void.class, memory, first, second, RELAXED);
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      giveUp();
      throw e;
    }
    call(Symbol.END, Void.class, memory);
  }

  /**
   * Ends a capture in which something failed, by CUDA itself: {@code capture_end} would throw. What
   * libtorch has set aside for the graph stays so until the process ends.
   */
  private static void giveUp() {
    Words own = current();
    own.write();
    Pointer raw = (Pointer) call(Symbol.RAW, Pointer.class, own.getPointer());
    call(Symbol.END_CAPTURE, Integer.class, raw, new PointerByReference());
    call(Symbol.LAST_ERROR, Integer.class);
  }

  private final class Captured implements Graph {
    private Memory memory;

    private Captured(Memory memory) {
      this.memory = memory;
    }

    @Override
    public void replay() {
      call(Symbol.REPLAY, Void.class, memory);
    }

    @Override
    public void close() {
      if (memory != null) {
        idle();
        call(Symbol.DELETE, Void.class, memory);
        memory.close();
        memory = null;
        graphs--;
      }
    }
  }
}
