package verimesh.metadata.read;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// IPTC IIM data sets of a Photoshop 8BIM block.
public record IptcRecord(List<DataSet> dataSets, String carrier) {
  public static final IptcRecord EMPTY = new IptcRecord(List.of(), "");

  public IptcRecord {
    dataSets = List.copyOf(dataSets);
  }

  /// @param record for example 2
  /// @param number for example 110 (Credit)
  public record DataSet(int record, int number, String text) {}

  public Stream<String> all(int record, int number) {
    return dataSets.stream().filter(d -> d.record() == record && d.number() == number).map(DataSet::text);
  }

  public Optional<String> first(int record, int number) {
    return all(record, number).findFirst();
  }
}
