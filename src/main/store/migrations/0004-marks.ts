/** Version 4: what people say of images. */
export const marks = `
CREATE TABLE image_marks (
  data_set TEXT NOT NULL REFERENCES data_sets (id) ON DELETE CASCADE,
  image INTEGER NOT NULL,            -- id within the data set
  tag TEXT NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (data_set, image, tag)
) STRICT, WITHOUT ROWID;
`
