package resgen.lab.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import resgen.Generator;
import resgen.Samples;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.codec.Features;
import resgen.codec.Media;
import resgen.codec.Medium;
import resgen.sample.Sampling;
import resgen.torch.Torch;

/**
 * Makes blocks of a job: a model and an extractor that are loaded once. One thread at a time.
 *
 * @param <X> the media
 */
public final class BlockSampler<X extends Media<X>> implements AutoCloseable {

  private final Generator model;
  private final Extractor<X> extractor;
  private final BatchLimit limit;

  private BlockSampler(Generator model, Extractor<X> extractor, BatchLimit limit) {
    this.model = model;
    this.extractor = extractor;
    this.limit = limit;
  }

  /**
   * Loads what a job needs; it serves every job that differs in the sampling alone.
   *
   * @param limit asked for when the model is there, and takes memory
   * @throws IllegalArgumentException naming the model or the extractor that cannot be loaded
   */
  public static BlockSampler<?> open(SampleJob job, Supplier<BatchLimit> limit) {
    Extractor<?> extractor = extractor(job);
    try {
      Generator model =
          job.precision().isEmpty()
              ? Generator.load(job.model())
              : Generator.load(job.model(), job.precision());
      if (model.classNames().size() != job.classes()) {
        model.close();
        throw new IllegalArgumentException(
            "%s has %d classes, the job %d"
                .formatted(job.model(), model.classNames().size(), job.classes()));
      }
      return of(model, extractor, limit.get());
    } catch (RuntimeException e) {
      extractor.close();
      throw e;
    }
  }

  private static <X extends Media<X>> BlockSampler<X> of(
      Generator model, Extractor<X> extractor, BatchLimit limit) {
    return new BlockSampler<>(model, extractor, limit);
  }

  private static Extractor<?> extractor(SampleJob job) {
    Path path = job.extractorPath();
    for (Medium<?> medium : Medium.all()) {
      Optional<? extends Extractor<?>> found = medium.extractor(job.extractorKind(), path);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new IllegalArgumentException(
        "no medium knows extractors of the kind '" + job.extractorKind() + "'");
  }

  /**
   * Makes a block.
   *
   * @throws CancellationException if interrupted; the interrupt stays set
   */
  public SampleBlock block(SampleJob job, int index) {
    List<Extraction> parts = new ArrayList<>();
    List<X> seen = new ArrayList<>();
    Samples.Streamed[] made = new Samples.Streamed[1];
    int batch =
        limit.run(
            job.labels(index).size(),
            size -> {
              parts.clear();
              seen.clear();
              Sampling settings = job.sampling().batchSize(size);
              made[0] =
                  model.stream(
                      job.labels(index),
                      settings,
                      job.from(index),
                      (done, some) -> {
                        X own = own(some);
                        seen.add(own);
                        parts.add(extractor.extract(own));
                      });
            });
    if (made[0].interrupted()) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted in block " + index);
    }
    Extraction all = Extraction.concat(parts);
    float[] scores = all.scores().map(Features::flat).orElse(new float[0]);
    return new SampleBlock(
        index,
        all.features().dimension(),
        all.features().flat(),
        all.scores().map(Features::dimension).orElse(0),
        scores,
        made[0].generateSeconds(),
        made[0].decodeSeconds(),
        made[0].networkCalls(),
        new SampleBlock.Maker(
            extractor.name(),
            extractor.hash(),
            extractor.preparation(seen.get(0)),
            seen.get(0).shape(),
            Torch.machine(),
            batch < job.labels(index).size() ? batch : job.sampling().batchSize()));
  }

  /** An extractor of other media finds that out when it is given them. */
  @SuppressWarnings("unchecked")
  private X own(Media<?> media) {
    return (X) media;
  }

  @Override
  public void close() {
    model.close();
    extractor.close();
  }
}
