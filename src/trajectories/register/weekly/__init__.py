"""The wide weekly register: weekly columns in, interval tables out."""
