package verimesh.verifier.picture;

/// A picture as models are shown it. Its array is shared, not copied: nobody may write to it.
///
/// @param encoded JPEG or PNG without any metadata
/// @param mediaType `image/jpeg` or `image/png`
/// @param sha256 of the file as it came, lower-case hex; caches know pictures by it
public record ShownPicture(byte[] encoded, String mediaType, String sha256) {}
