package resgen.spark;

import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import scala.Function1;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Runs Spark jobs for a thread that waits, is told of what happens on its own thread, and can be
 * interrupted: the tasks are then interrupted too.
 */
final class Jobs {

  private static final long PATIENCE_SECONDS = 90;

  /** A function of Scala's that can be sent. */
  private interface Sent<A, B> extends Function1<A, B>, Serializable {}

  private final JavaSparkContext spark;
  private final LinkedBlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

  Jobs(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** Tells the waiting thread of each task that begins and each that ends well, by partition. */
  SparkListener listener(Consumer<Integer> begun, Consumer<Integer> ended) {
    return new SparkListener() {
      @Override
      public void onTaskStart(SparkListenerTaskStart start) {
        events.add(() -> begun.accept(start.taskInfo().index()));
      }

      @Override
      public void onTaskEnd(SparkListenerTaskEnd end) {
        if (end.taskInfo().successful()) {
          events.add(() -> ended.accept(end.taskInfo().index()));
        }
      }
    };
  }

  /**
   * Computes every partition of an RDD and tells of each as it arrives.
   *
   * @param arrived is given the number of the partition and its one value, on this thread
   * @throws CancellationException if interrupted
   */
  <R> void each(String what, JavaRDD<R> rdd, BiConsumer<Integer, R> arrived) {
    run(
        what,
        () -> {
          Sent<Iterator<R>, Object> first = Iterator::next;
          Function2<Object, Object, BoxedUnit> handler =
              (index, value) -> {
                @SuppressWarnings("unchecked") // it is what first gave
                R own = (R) value;
                events.add(() -> arrived.accept((Integer) index, own));
                return BoxedUnit.UNIT;
              };
          ClassTag<Object> any = ClassTag$.MODULE$.apply(Object.class);
          spark.sc().runJob(rdd.rdd(), first, handler, any);
          return List.of();
        });
  }

  /**
   * Runs an action on a thread of its own.
   *
   * @throws CancellationException if interrupted
   * @throws IllegalStateException with the failure of the tasks
   */
  <T> T run(String what, Callable<T> action) {
    String group = "resgen-" + UUID.randomUUID();
    ClassLoader loader = Jobs.class.getClassLoader();
    FutureTask<T> future =
        new FutureTask<>(
            () -> {
              spark.setJobGroup(group, what, true);
              return action.call();
            });
    Thread thread = new Thread(future, "resgen-spark-job");
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
    try {
      return waited(future);
    } catch (InterruptedException e) {
      spark.sc().cancelJobGroup(group);
      try {
        future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException | InterruptedException ended) {
        drain();
      }
      throw cancelled(what, e);
    } catch (ExecutionException e) {
      if (spark.sc().isStopped()) { // by Ctrl-C, which ends Spark too
        throw cancelled(what, e);
      }
      throw new IllegalStateException(what + ": " + words(e.getCause()), e.getCause());
    }
  }

  private static CancellationException cancelled(String what, Exception cause) {
    CancellationException cancelled = new CancellationException("interrupted in " + what);
    cancelled.initCause(cause);
    return cancelled;
  }

  private <T> T waited(FutureTask<T> future) throws InterruptedException, ExecutionException {
    while (true) {
      Runnable event = events.poll(100, TimeUnit.MILLISECONDS);
      if (event != null) {
        event.run();
      } else if (future.isDone()) {
        drain();
        return future.get();
      }
    }
  }

  private void drain() {
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
  }

  /** The failing task's own words, without the traces that Spark puts around them. */
  private static String words(Throwable failure) {
    String all = String.valueOf(failure.getMessage());
    int at = all.indexOf("(executor ");
    int colon = at < 0 ? -1 : all.indexOf("): ", at);
    String own = colon < 0 ? all : all.substring(colon + 3);
    return own.lines().findFirst().orElse("").strip();
  }
}
