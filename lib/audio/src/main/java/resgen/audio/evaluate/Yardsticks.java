package resgen.audio.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import resgen.audio.Clip;
import resgen.audio.Utterance;
import resgen.audio.measure.PairMetric;
import resgen.audio.measure.SpeakerSimilarity;
import resgen.audio.measure.SpeechRecognizer;
import resgen.audio.measure.WordErrors;

/**
 * What speech is measured by.
 *
 * @param slots a recogniser of whole sentences of the grammar: it counts words that are wrong
 * @param loop a recogniser of words in any order: it counts words repeated, left out, added, too
 * @param similarity of speakers
 * @param pairs metrics beside the true sound; none where speech has another length than the true
 */
public record Yardsticks(
    SpeechRecognizer slots,
    SpeechRecognizer loop,
    SpeakerSimilarity similarity,
    List<PairMetric> pairs) {

  public Yardsticks {
    pairs = List.copyOf(pairs);
  }

  /** What numbers measured by them must say: recognisers, grammars, similarity. */
  public Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("recognizer_slots", slots.name());
    protocol.put("recognizer_loop", loop.name());
    protocol.put("similarity", "LDA of cepstra and pitch, " + similarity.data());
    protocol.put("similarity_hash", similarity.hash());
    return protocol;
  }

  /**
   * Measures sounds.
   *
   * @param said what each should be like
   * @param sounds one for each
   * @throws CancellationException if the thread is interrupted; the interrupt stays set
   */
  public List<Value> measure(List<Utterance> said, List<Clip> sounds) {
    if (said.size() != sounds.size() || said.isEmpty()) {
      throw new IllegalArgumentException(
          "%d sounds of %d utterances".formatted(sounds.size(), said.size()));
    }
    List<Value> values = new ArrayList<>();
    List<String> whole = slots.transcribe(sounds);
    List<String> words = loop.transcribe(sounds);
    values.add(rate("wer_slots", said, whole));
    values.add(rate("wer_loop", said, words));
    values.add(characters(said, words));
    WordErrors all = WordErrors.none();
    for (int i = 0; i < said.size(); i++) {
      all = all.and(WordErrors.of(said.get(i).words(), split(words.get(i))));
    }
    values.add(share("utterances_missing", all.missing(), all.utterances()));
    values.add(share("utterances_repeated", all.repeated(), all.utterances()));
    values.add(share("utterances_extra", all.extra(), all.utterances()));
    double[] alike = new double[said.size()];
    double[][] numbers = new double[pairs.size()][said.size()];
    for (int i = 0; i < said.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted after measuring " + i + " utterances");
      }
      Clip reference = said.get(i).clip();
      alike[i] = similarity.between(reference, sounds.get(i));
      for (int m = 0; m < numbers.length; m++) {
        numbers[m][i] = pairs.get(m).measure(reference, sounds.get(i));
      }
    }
    values.add(Value.mean("sim_own", alike));
    for (int m = 0; m < numbers.length; m++) {
      values.add(Value.mean(pairs.get(m).name(), numbers[m]));
    }
    return values;
  }

  private static List<String> split(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  /** Errors over words of all; the standard error is that of a ratio of sums over utterances. */
  private static Value rate(String metric, List<Utterance> said, List<String> heard) {
    List<WordErrors> each = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      each.add(WordErrors.of(said.get(i).words(), split(heard.get(i))));
    }
    return ratio(metric, each);
  }

  private static Value characters(List<Utterance> said, List<String> heard) {
    List<WordErrors> each = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      each.add(WordErrors.ofCharacters(said.get(i).text(), heard.get(i)));
    }
    return ratio("cer_loop", each);
  }

  private static Value ratio(String metric, List<WordErrors> each) {
    WordErrors all = each.stream().reduce(WordErrors.none(), WordErrors::and);
    double squares = 0;
    for (WordErrors one : each) {
      double off = one.errors() - all.rate() * one.words();
      squares += off * off;
    }
    return new Value(metric, all.rate(), Math.sqrt(squares) / all.words());
  }

  private static Value share(String metric, int count, int of) {
    double p = count / (double) of;
    return new Value(metric, p, Math.sqrt(p * (1 - p) / of));
  }
}
