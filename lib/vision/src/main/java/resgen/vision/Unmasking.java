package resgen.vision;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import resgen.Generator;
import resgen.Samples;
import resgen.sample.Stepper;
import resgen.sample.Trajectory;
import resgen.vision.tokenizer.Tokenizer;

/** Pictures of how recorded samples were unmasked. */
public final class Unmasking {

  private Unmasking() {}

  /**
   * A row for each recorded sample: what the decoder sees after some of its steps, the last one
   * included. Above nothing but masks it shows what no token at all decodes to.
   *
   * @param samples made by {@link Generator#record}
   * @param columns how many steps are shown, evenly spread
   */
  public static BufferedImage picture(Samples samples, Tokenizer tokenizer, int columns) {
    checkRecorded(samples);
    List<Images> rows = new ArrayList<>();
    String[] captions = new String[samples.size()];
    for (int i = 0; i < samples.size(); i++) {
      rows.add(frames(samples, tokenizer, i, columns));
      captions[i] = name(samples, i);
    }
    return ImageGrid.draw(Images.concat(rows), columns, 2, captions);
  }

  /**
   * One recorded sample to step through, with what the decoder sees before the first step and after
   * each.
   *
   * @param samples made by {@link Generator#record}
   * @param index which of them
   */
  public static Stepper stepper(Samples samples, Tokenizer tokenizer, int index) {
    checkRecorded(samples);
    Trajectory trajectory = samples.trajectories().get(index);
    int[][] visible =
        Stream.concat(
                Stream.of(new int[trajectory.positions()]),
                trajectory.steps().stream().map(Trajectory.Step::visible))
            .toArray(int[][]::new);
    Images pictures = tokenizer.decodePartly(samples.codes(), index, visible);
    List<BufferedImage> frames = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      frames.add(ImageGrid.one(pictures, i));
    }
    return new Stepper(trajectory, frames, name(samples, index) + ", unmasked");
  }

  private static String name(Samples samples, int index) {
    Images images = Images.of(samples);
    return images.classNames().get(images.label(index));
  }

  private static void checkRecorded(Samples samples) {
    if (samples.trajectories().isEmpty()) {
      throw new IllegalArgumentException("these samples were not recorded; use record(…)");
    }
  }

  /** One picture per shown step of one recorded sample. */
  public static Images frames(Samples samples, Tokenizer tokenizer, int index, int columns) {
    Trajectory trajectory = samples.trajectories().get(index);
    List<Trajectory.Step> steps = trajectory.steps();
    int[][] visible = new int[columns][];
    for (int c = 0; c < columns; c++) {
      int at = (int) Math.round((c + 1) * (double) steps.size() / columns) - 1;
      visible[c] = steps.get(Math.max(0, at)).visible();
    }
    return tokenizer.decodePartly(samples.codes(), index, visible);
  }
}
