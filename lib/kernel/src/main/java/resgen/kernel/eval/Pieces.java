package resgen.kernel.eval;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Cuts a cell's Java code into snippets. */
final class Pieces {
  /**
   * One snippet.
   *
   * @param text as JShell wants it, perhaps with a semicolon that the cell does not have
   * @param line the code's line, from 0, on which it begins
   * @param quiet whether it ends with a semicolon of its own: then its value is not shown
   */
  record Piece(String text, int line, boolean quiet) {}

  private Pieces() {}

  /** The snippets in order; what does not parse is the last one, with all that follows it. */
  static List<Piece> of(String code, SourceCodeAnalysis analysis) {
    List<Piece> out = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < code.length() && Character.isWhitespace(code.charAt(at))) {
        at++;
      }
      if (at == code.length()) {
        return out;
      }
      String rest = code.substring(at);
      CompletionInfo info = analysis.analyzeCompletion(rest);
      if (info.completeness() == Completeness.EMPTY) {
        return out;
      }
      String text = rest;
      int length = rest.length();
      if (info.completeness().isComplete() && info.completeness() != Completeness.UNKNOWN) {
        text = info.source();
        length -= info.remaining().length();
      } else {
        String first = Syntax.first(rest);
        text = first == null ? rest : first;
        length = text.length();
      }
      int line = (int) code.substring(0, at).chars().filter(c -> c == '\n').count();
      out.add(new Piece(text, line, JavaLexer.last(rest.substring(0, length)) == ';'));
      if (length <= 0) {
        return out;
      }
      at += length;
    }
  }
}
