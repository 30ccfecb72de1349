package resgen.spark;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.lab.cluster.BatchLimit;
import resgen.torch.Torch;

/** The device of a task: a core, or a GPU that Spark has assigned to it. */
final class Devices {

  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
  private static final String GPU = "gpu";
  private static final String PROPERTY = "resgen.device";

  private Devices() {}

  /**
   * What a task asks for where executors have GPUs: one of them each, with the cores that tasks
   * have. Other stages of the same application, such as reading pictures, go on with a core each.
   */
  static Optional<ResourceProfile> profile(SparkConf conf) {
    if (conf.getInt(SparkSettings.GPUS, 0) < 1) {
      return Optional.empty();
    }
    TaskResourceRequests one =
        new TaskResourceRequests().cpus(conf.getInt("spark.task.cpus", 1)).resource(GPU, 1);
    return Optional.of(new ResourceProfileBuilder().require(one).build());
  }

  /** The number of the GPU that Spark has assigned to this task. */
  static Optional<String> assigned() {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return Optional.empty();
    }
    Map<String, ResourceInformation> resources = task.resourcesJMap();
    return Optional.ofNullable(resources.get(GPU)).map(gpu -> gpu.addresses()[0]);
  }

  /**
   * Makes the assigned device that of this JVM, and its threads those of a task.
   *
   * @return its name, of what is kept in the JVM
   * @throws IllegalArgumentException if libtorch does not see the device
   */
  static String prepare(int threads) {
    Torch.threads(threads);
    assigned()
        .map(address -> GPU + ":" + address)
        .ifPresent(
            name -> {
              Torch.device(name);
              System.setProperty(PROPERTY, name);
            });
    return Torch.machine();
  }

  /**
   * How many samples the device holds at once.
   *
   * @param sampleBytes bytes of a sample; 0 if they are not known
   */
  static BatchLimit limit(long sampleBytes) {
    Device device = Torch.device();
    if (!device.isGpu() || sampleBytes < 1) {
      return BatchLimit.none();
    }
    try {
      var memory = CudaUtils.getGpuMemory(device);
      return BatchLimit.of(memory.getMax() - memory.getCommitted(), sampleBytes);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("the free memory of {} is not known: {}", device, e.toString());
      return BatchLimit.none();
    }
  }
}
