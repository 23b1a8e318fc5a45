-- When a person last retried the delivery; NULL for never. Its retry schedule begins
-- anew then.
ALTER TABLE delivery ADD COLUMN retried INTEGER;
