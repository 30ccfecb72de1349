package resgen;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import resgen.data.Images;
import resgen.data.Labels;
import resgen.rvq.Codes;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.sample.Trajectory;

/**
 * From labels to images: tokens are decoded as soon as they are drawn, a batch at a time, so that
 * an interrupt leaves nothing to decode.
 */
final class Drawing {

  private final Generator model;
  private final Labels labels;
  private final List<String> classNames;
  private final Samples.Listener listener;
  private final List<Images> decoded = new ArrayList<>();
  private int done;
  private boolean cut;
  private long decodeNanos;
  private long listenerNanos;

  private Drawing(Generator model, Labels labels, Samples.Listener listener) {
    this.model = model;
    this.labels = labels;
    this.listener = listener;
    classNames = new ArrayList<>(model.tokenizer().classNames());
    int none = model.shape().nullClass();
    if (IntStream.of(labels.toArray()).anyMatch(label -> label == none)) {
      classNames.add(Samples.NO_CLASS);
    }
  }

  /**
   * Draws tokens and decodes them.
   *
   * @param listener told of the images that are decoded together, as soon as they are; the time
   *     that it takes is neither the tokens' nor the images'
   */
  static Samples samples(
      TokenSampler sampler,
      Labels labels,
      Sampling settings,
      Generator model,
      Samples.Listener listener) {
    Drawing drawing = new Drawing(model, labels, listener);
    long start = System.nanoTime();
    TokenSampler.Result made = sampler.sample(labels, 0, drawing::decode);
    long all = System.nanoTime() - start;
    return drawing.finished(made, settings, all - drawing.decodeNanos - drawing.listenerNanos);
  }

  /**
   * Decodes a batch, as many samples at once as the tokenizer does. An interrupt ends that; what is
   * decoded when it comes is not told, because a listener of the notebook's would end with it.
   */
  private void decode(int finished, Codes batch) {
    int size = model.tokenizer().decodedAtOnce();
    for (int from = 0; from < batch.size() && goesOn(); from += size) {
      long start = System.nanoTime();
      int to = Math.min(batch.size(), from + size);
      Images some = images(batch.range(from, to), labels.range(done, done + to - from));
      long middle = System.nanoTime();
      decodeNanos += middle - start;
      if (goesOn()) {
        decoded.add(some);
        done += to - from;
        listener.made(done, some);
        listenerNanos += System.nanoTime() - middle;
      }
    }
  }

  private boolean goesOn() {
    cut |= Thread.currentThread().isInterrupted();
    return !cut;
  }

  /** The images of codes; those of the null class have a class of its own, after all others. */
  private Images images(Codes codes, Labels wanted) {
    Images images = model.tokenizer().decode(codes);
    int none = model.shape().nullClass();
    return Images.of(
        images.name(),
        images.channels(),
        images.height(),
        images.width(),
        IntStream.range(0, images.size()).mapToObj(images::pixels).toArray(byte[][]::new),
        IntStream.of(wanted.toArray()).map(l -> l == none ? classNames.size() - 1 : l).toArray(),
        classNames);
  }

  private Samples finished(TokenSampler.Result made, Sampling settings, long generateNanos) {
    if (decoded.isEmpty()) {
      decoded.add(images(made.codes().range(0, 0), Labels.of()));
    }
    if (cut) {
      Thread.interrupted(); // it may have come after the sampler's last look
    }
    List<Trajectory> recorded = made.trajectories();
    return new Samples(
        Images.concat(decoded),
        made.codes().range(0, done),
        settings,
        made.calls(),
        generateNanos / 1e9,
        decodeNanos / 1e9,
        recorded.subList(0, Math.min(recorded.size(), done)),
        made.interrupted() || cut);
  }
}
