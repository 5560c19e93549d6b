"""A released folder in; the folder that Statistics Denmark's export (*Hjemtag filer*) takes out."""
