import{spokenForByAnnotations}from"./chunk-JIRZD62R.mjs";import"./chunk-EUSNI5MJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{spokenForByAnnotations};
